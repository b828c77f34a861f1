;; Reads the property whose path is the request header x-property, with dots between its parts: tells
;; its status, length and octets in hexadecimal, in x-request-phase upstream, and downstream in
;; x-response-phase and, at the end, in place of the body. A path that begins with ? is one whose
;; value changes: its octets are not told, nor is it asked for at the end.
(module
  (import "env" "proxy_get_header_map_value" (func $header (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_add_header_map_value" (func $add (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_remove_header_map_value" (func $remove (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_property" (func $get (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_property" (func $set (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  (global $heap (mut i32) (i32.const 131072))
  (global $size (mut i32) (i32.const 0))     ;; of the path at 1024
  (global $hidden (mut i32) (i32.const 0))
  (data (i32.const 100) "x-property")
  (data (i32.const 120) "x-request-phase")
  (data (i32.const 140) "x-response-phase")
  (data (i32.const 170) "own")
  (data (i32.const 180) "value")
  (data (i32.const 220) "content-length")
  (data (i32.const 200) "0123456789abcdef")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param $size i32) (result i32)
    (local $at i32)
    (if (i32.gt_u (i32.add (global.get $heap) (local.get $size)) (i32.const 262144))
      (then (global.set $heap (i32.const 131072))))
    (local.set $at (global.get $heap))
    (global.set $heap (i32.add (global.get $heap) (local.get $size)))
    (local.get $at))
  (func (export "proxy_on_context_create") (param i32 i32))
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))
  (func (export "proxy_on_configure") (param i32 i32) (result i32) (i32.const 1))

  (func $digit (param $at i32) (param $value i32)
    (i32.store8 (local.get $at) (i32.load8_u (i32.add (i32.const 200) (i32.and (local.get $value) (i32.const 15))))))

  ;; writes two hexadecimal digits
  (func $octet (param $at i32) (param $value i32)
    (call $digit (local.get $at) (i32.shr_u (local.get $value) (i32.const 4)))
    (call $digit (i32.add (local.get $at) (i32.const 1)) (local.get $value)))

  ;; status, length and octets of the property at 8192; how long that is
  (func $told (result i32)
    (local $status i32) (local $from i32) (local $length i32) (local $i i32)
    (i32.store (i32.const 8) (i32.const 0))
    (i32.store (i32.const 12) (i32.const 0))
    (local.set $status (call $get (i32.const 1024) (global.get $size) (i32.const 8) (i32.const 12)))
    (local.set $from (i32.load (i32.const 8)))
    (local.set $length (i32.load (i32.const 12)))
    (call $octet (i32.const 8192) (local.get $status))
    (i32.store8 (i32.const 8194) (i32.const 58))
    (call $octet (i32.const 8195) (i32.shr_u (local.get $length) (i32.const 8)))
    (call $octet (i32.const 8197) (local.get $length))
    (i32.store8 (i32.const 8199) (i32.const 58))
    (if (global.get $hidden) (then (return (i32.const 8))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $length)))
        (call $octet (i32.add (i32.const 8200) (i32.mul (local.get $i) (i32.const 2)))
          (i32.load8_u (i32.add (local.get $from) (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i32.add (i32.const 8) (i32.mul (local.get $length) (i32.const 2))))

  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (local $from i32) (local $i i32) (local $c i32)
    (drop (call $set (i32.const 170) (i32.const 3) (i32.const 180) (i32.const 5)))
    (global.set $size (i32.const 0))
    (global.set $hidden (i32.const 0))
    (if (call $header (i32.const 0) (i32.const 100) (i32.const 10) (i32.const 8) (i32.const 12)) (then (return (i32.const 0))))
    (local.set $from (i32.load (i32.const 8)))
    (global.set $size (i32.load (i32.const 12)))
    (if (i32.eq (i32.load8_u (local.get $from)) (i32.const 63)) (then
      (global.set $hidden (i32.const 1))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (global.set $size (i32.sub (global.get $size) (i32.const 1)))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (global.get $size)))
        (local.set $c (i32.load8_u (i32.add (local.get $from) (local.get $i))))
        (i32.store8 (i32.add (i32.const 1024) (local.get $i))
          (select (i32.const 0) (local.get $c) (i32.eq (local.get $c) (i32.const 46))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (drop (call $add (i32.const 0) (i32.const 120) (i32.const 15) (i32.const 8192) (call $told)))
    (i32.const 0))

  (func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
    (drop (call $remove (i32.const 2) (i32.const 220) (i32.const 14)))
    (drop (call $add (i32.const 2) (i32.const 140) (i32.const 16) (i32.const 8192) (call $told)))
    (i32.const 0))

  ;; replaces the body when all of it is there
  (func (export "proxy_on_response_body") (param $id i32) (param $size i32) (param $end i32) (result i32)
    (if (i32.eqz (local.get $end)) (then (return (i32.const 1))))
    (if (i32.eqz (global.get $hidden))
      (then (drop (call $buffer (i32.const 1) (i32.const 0) (i32.const 65536) (i32.const 8192) (call $told)))))
    (i32.const 0)))
