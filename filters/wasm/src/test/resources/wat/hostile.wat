;; What a plugin can do wrong, chosen by the first byte of its configuration.
(module
  (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_get_header_map_pairs" (func $pairs (param i32 i32 i32) (result i32)))
  (import "env" "proxy_add_header_map_value" (func $add (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (global $mode (mut i32) (i32.const 0))
  (global $heap (mut i32) (i32.const 4096))
  (data (i32.const 64) "x-status")
  (data (i32.const 80) "in a loop")
  (func (export "proxy_abi_version_0_2_1"))

  (func (export "malloc") (param $size i32) (result i32)
    (if (i32.eq (global.get $mode) (i32.const 0x6e)) ;; n: no memory
      (then (return (i32.const 0))))
    (if (i32.eq (global.get $mode) (i32.const 0x6f)) ;; o: out of bounds
      (then (return (i32.const 0x7fffff00))))
    (if (i32.eq (global.get $mode) (i32.const 0x61)) ;; a: adds a header while the host allocates
      (then (drop (call $add (i32.const 0) (i32.const 64) (i32.const 8) (i32.const 64) (i32.const 8)))))
    (global.get $heap))

  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))

  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (if (i32.eqz (call $buffer (i32.const 7) (i32.const 0) (i32.const 1) (i32.const 8) (i32.const 12)))
      (then (if (i32.load (i32.const 12))
        (then (global.set $mode (i32.load8_u (i32.load (i32.const 8))))))))
    (if (i32.eq (global.get $mode) (i32.const 0x63)) (then (return (i32.const 0)))) ;; c: refuses
    (if (i32.eq (global.get $mode) (i32.const 0x43)) (then unreachable))            ;; C: traps
    (if (i32.eq (global.get $mode) (i32.const 0x4c)) (then (loop $l (br $l))))      ;; L: loops
    (i32.const 1))

  (func $deep (param i32) (result i32)
    (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))

  ;; adds the header x-status with one digit
  (func $tell (param $status i32)
    (i32.store8 (i32.const 32) (i32.add (i32.const 0x30) (local.get $status)))
    (drop (call $add (i32.const 0) (i32.const 64) (i32.const 8) (i32.const 32) (i32.const 1))))

  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (if (i32.eq (global.get $mode) (i32.const 0x6c)) (then (loop $l (br $l))))       ;; l: loops
    (if (i32.eq (global.get $mode) (i32.const 0x68))                                 ;; h: loops in host calls
      (then (loop $l (drop (call $log (i32.const 2) (i32.const 80) (i32.const 9))) (br $l))))
    (if (i32.eq (global.get $mode) (i32.const 0x74)) (then unreachable))             ;; t: traps
    (if (i32.eq (global.get $mode) (i32.const 0x72)) (then (drop (call $deep (i32.const 0))))) ;; r: recursion
    (if (i32.eq (global.get $mode) (i32.const 0x78)) (then (call $exit (i32.const 3)))) ;; x: exits
    (if (i32.eq (global.get $mode) (i32.const 0x77))                                 ;; w: writes out of bounds
      (then (i32.store offset=0xfffffffc (i32.const 8) (i32.const 1))))
    (if (i32.eq (global.get $mode) (i32.const 0x67))                                 ;; g: grows for ever
      (then
        (loop $l (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
        (call $tell (i32.const 0))))
    (if (i32.or (i32.eq (global.get $mode) (i32.const 0x6e))
          (i32.or (i32.eq (global.get $mode) (i32.const 0x6f)) (i32.eq (global.get $mode) (i32.const 0x61))))
      (then
        (local.set 1 (call $pairs (i32.const 0) (i32.const 8) (i32.const 12)))
        (if (i32.eq (local.get 1) (i32.const 10)) (then (local.set 1 (i32.const 9)))) ;; one digit
        (call $tell (local.get 1))))
    (i32.const 0))
)
