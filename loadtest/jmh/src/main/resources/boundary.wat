;; A hundred times the host call that the first octet of the configuration names, in each body callback.
(module
  (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_get_header_map_value" (func $header (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_replace_header_map_value" (func $replace (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_get_header_map_pairs" (func $pairs (param i32 i32 i32) (result i32)))
  (import "env" "proxy_set_header_map_pairs" (func $set_pairs (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_property" (func $property (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_shared_data" (func $shared (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_shared_data" (func $share (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_get_current_time_nanoseconds" (func $time (param i32) (result i32)))
  (import "env" "proxy_define_metric" (func $metric (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_increment_metric" (func $increment (param i32 i64) (result i32)))
  (memory (export "memory") 1)
  (global $mode (mut i32) (i32.const 0))
  (global $failed (mut i32) (i32.const 0))
  (data (i32.const 64) ":path")
  (data (i32.const 80) "x-new")
  (data (i32.const 96) "request\00path")
  (data (i32.const 112) "a message that nobody wants")
  (data (i32.const 144) "key")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 8192))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (drop (call $buffer (i32.const 7) (i32.const 0) (i32.const 1) (i32.const 8) (i32.const 12)))
    (global.set $mode (i32.load8_u (i32.load (i32.const 8))))
    (drop (call $metric (i32.const 0) (i32.const 144) (i32.const 3) (i32.const 16)))
    (drop (call $share (i32.const 144) (i32.const 3) (i32.const 112) (i32.const 27) (i32.const 0)))
    (i32.const 1))
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (i32.const 1))
  (func $one (result i32)
    (if (i32.eq (global.get $mode) (i32.const 0x68)) ;; h
      (then (return (call $header (i32.const 0) (i32.const 64) (i32.const 5) (i32.const 8) (i32.const 12)))))
    (if (i32.eq (global.get $mode) (i32.const 0x72)) ;; r
      (then (return (call $replace (i32.const 0) (i32.const 80) (i32.const 5) (i32.const 144) (i32.const 3)))))
    (if (i32.eq (global.get $mode) (i32.const 0x70)) ;; p
      (then (return (call $pairs (i32.const 0) (i32.const 8) (i32.const 12)))))
    (if (i32.eq (global.get $mode) (i32.const 0x73)) ;; s: what was got is set
      (then
        (drop (call $pairs (i32.const 0) (i32.const 8) (i32.const 12)))
        (return (call $set_pairs (i32.const 0) (i32.load (i32.const 8)) (i32.load (i32.const 12))))))
    (if (i32.eq (global.get $mode) (i32.const 0x61)) ;; a
      (then (return (call $property (i32.const 96) (i32.const 12) (i32.const 8) (i32.const 12)))))
    (if (i32.eq (global.get $mode) (i32.const 0x6c)) ;; l
      (then (return (call $log (i32.const 0) (i32.const 112) (i32.const 27)))))
    (if (i32.eq (global.get $mode) (i32.const 0x67)) ;; g
      (then (return (call $shared (i32.const 144) (i32.const 3) (i32.const 8) (i32.const 12) (i32.const 16)))))
    (if (i32.eq (global.get $mode) (i32.const 0x77)) ;; w
      (then (return (call $share (i32.const 144) (i32.const 3) (i32.const 112) (i32.const 27) (i32.const 0)))))
    (if (i32.eq (global.get $mode) (i32.const 0x74)) ;; t
      (then (return (call $time (i32.const 24)))))
    (if (i32.eq (global.get $mode) (i32.const 0x6d)) ;; m
      (then (return (call $increment (i32.load (i32.const 16)) (i64.const 1)))))
    (if (i32.eq (global.get $mode) (i32.const 0x62)) ;; b
      (then (return (call $buffer (i32.const 0) (i32.const 0) (i32.const 64) (i32.const 8) (i32.const 12)))))
    (i32.const 0))
  (func (export "proxy_on_request_body") (param i32 i32 i32) (result i32)
    (local $i i32)
    (if (i32.eq (global.get $mode) (i32.const 0x63)) (then (return (i32.const 0)))) ;; c: the callback alone
    (loop $next
      (if (call $one) (then unreachable))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 100))))
    (i32.const 1)))
