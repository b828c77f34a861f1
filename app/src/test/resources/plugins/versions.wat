;; A plugin whose configuration says what it does and which version it is: "p1", "d2" …
;; It adds its version to the head of the request and of the response.
(module
  (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_add_header_map_value" (func $add (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_send_local_response" (func $reply (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_get_current_time_nanoseconds" (func $now (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $mode (mut i32) (i32.const 0))
  (global $length (mut i32) (i32.const 0))
  (data (i32.const 64) "x-version")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))

  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (drop (call $buffer (i32.const 7) (i32.const 0) (local.get 1) (i32.const 8) (i32.const 12)))
    (global.set $mode (i32.load8_u (i32.load (i32.const 8))))
    (global.set $length (i32.sub (i32.load (i32.const 12)) (i32.const 1)))
    (memory.copy (i32.const 128) (i32.add (i32.load (i32.const 8)) (i32.const 1)) (global.get $length))
    (i32.ne (global.get $mode) (i32.const 0x63))) ;; c: refuses its configuration

  (func $tell (param $map i32)
    (drop (call $add (local.get $map) (i32.const 64) (i32.const 9) (i32.const 128) (global.get $length))))

  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (local $end i64)
    (if (i32.eq (global.get $mode) (i32.const 0x74)) (then unreachable)) ;; t: traps
    (if (i32.eq (global.get $mode) (i32.const 0x64))                     ;; d: denies
      (then
        (drop (call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
          (i32.const 0) (i32.const 0) (i32.const -1)))
        (return (i32.const 1))))
    (if (i32.eq (global.get $mode) (i32.const 0x73))                     ;; s: is slow, 25 ms
      (then
        (drop (call $now (i32.const 32)))
        (local.set $end (i64.add (i64.load (i32.const 32)) (i64.const 25000000)))
        (loop $again
          (drop (call $now (i32.const 32)))
          (br_if $again (i64.lt_u (i64.load (i32.const 32)) (local.get $end))))))
    (call $tell (i32.const 0))
    (i32.const 0))

  (func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
    (call $tell (i32.const 2))
    (i32.const 0))
)
