;; Attacks in any callback: the first byte of the configuration says where, the second one what.
(module
  (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_get_header_map_pairs" (func $pairs (param i32 i32 i32) (result i32)))
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (import "env" "proxy_set_shared_data" (func $share (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_register_shared_queue" (func $queue (param i32 i32 i32) (result i32)))
  (import "env" "proxy_enqueue_shared_queue" (func $enqueue (param i32 i32 i32) (result i32)))
  (import "env" "proxy_define_metric" (func $metric (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_property" (func $property (param i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_tick_period_milliseconds" (func $ticks (param i32) (result i32)))
  (import "env" "proxy_http_call"
    (func $call (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 32)
  (table $t 16 funcref)
  (global $where (mut i32) (i32.const 0))
  (global $what (mut i32) (i32.const 0))
  (global $inside (mut i32) (i32.const 0))
  (data (i32.const 64) "key-0000upstream")
  (func (export "proxy_abi_version_0_2_1"))

  (func (export "malloc") (param i32) (result i32) (call $at (i32.const 0x6d)) (i32.const 65536)) ;; m

  ;; another key each time
  (func $next (i32.store (i32.const 68) (i32.add (i32.load (i32.const 68)) (i32.const 1))))

  (func $deep (param i32) (result i32)
    (call $next)
    (drop (call $share (i32.const 64) (i32.const 8) (i32.const 64) (i32.const 8) (i32.const 0)))
    (drop (call $pairs (i32.const 0) (i32.const 8) (i32.const 12)))
    (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))

  (func $step
    (call $next)
    (if (i32.eq (global.get $what) (i32.const 0x66))                                 ;; f: fills memory
      (then (memory.fill (i32.const 131072) (i32.const 7) (i32.const 1900000))))
    (if (i32.eq (global.get $what) (i32.const 0x67))                                 ;; g: grows
      (then (drop (memory.grow (i32.const 1)))))
    (if (i32.eq (global.get $what) (i32.const 0x54))                                 ;; T: grows a table
      (then (drop (table.grow $t (ref.null func) (i32.const 100000)))))
    (if (i32.eq (global.get $what) (i32.const 0x70))                                 ;; p: logs
      (then (drop (call $log (i32.const 4) (i32.const 64) (i32.const 1000)))))
    (if (i32.eq (global.get $what) (i32.const 0x73))                                 ;; s: shared data
      (then (drop (call $share (i32.const 64) (i32.const 8) (i32.const 0) (i32.const 10000) (i32.const 0)))))
    (if (i32.eq (global.get $what) (i32.const 0x50))                                 ;; P: copies of the headers
      (then (drop (call $pairs (i32.const 0) (i32.const 8) (i32.const 12)))))
    (if (i32.eq (global.get $what) (i32.const 0x51))                                 ;; Q: queues
      (then (drop (call $queue (i32.const 64) (i32.const 8) (i32.const 16)))))
    (if (i32.eq (global.get $what) (i32.const 0x65))                                 ;; e: enqueues nothing
      (then
        (drop (call $queue (i32.const 72) (i32.const 8) (i32.const 16)))
        (drop (call $enqueue (i32.load (i32.const 16)) (i32.const 0) (i32.const 0)))))
    (if (i32.eq (global.get $what) (i32.const 0x4d))                                 ;; M: metrics
      (then (drop (call $metric (i32.const 0) (i32.const 64) (i32.const 8) (i32.const 16)))))
    (if (i32.eq (global.get $what) (i32.const 0x53))                                 ;; S: filter state
      (then (drop (call $property (i32.const 64) (i32.const 8) (i32.const 0) (i32.const 100000)))))
    (if (i32.eq (global.get $what) (i32.const 0x44))                                 ;; D: calls
      (then (drop (call $call (i32.const 72) (i32.const 8) (i32.const 256) (i32.const 4)
        (i32.const 0) (i32.const 0) (i32.const 256) (i32.const 4) (i32.const 1000) (i32.const 16))))))

  (func $at (param $here i32)
    (if (i32.ne (local.get $here) (global.get $where)) (then (return)))
    (if (global.get $inside) (then (return)))                                        ;; malloc during an attack
    (global.set $inside (i32.const 1))
    (if (i32.eq (global.get $what) (i32.const 0x75)) (then unreachable))             ;; u: traps
    (if (i32.eq (global.get $what) (i32.const 0x72)) (then (drop (call $deep (i32.const 0))))) ;; r: recursion
    (if (i32.eq (global.get $what) (i32.const 0x6e)) (then (drop (call $ticks (i32.const 1)))
      (global.set $inside (i32.const 0)) (return)))                                  ;; n: nothing but ticks
    (loop $l (call $step) (br $l)))                                                  ;; l and all others

  (func (export "proxy_on_context_create") (param i32 i32) (call $at (i32.const 0x63))) ;; c
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (drop (call $buffer (i32.const 7) (i32.const 0) (i32.const 2) (i32.const 8) (i32.const 12)))
    (global.set $where (i32.load8_u (i32.load (i32.const 8))))
    (global.set $what (i32.load8_u offset=1 (i32.load (i32.const 8))))
    (if (i32.eq (global.get $where) (i32.const 0x6b)) (then (drop (call $ticks (i32.const 1)))))
    (call $at (i32.const 0x43))                                                      ;; C
    (i32.const 1))
  (func (export "proxy_on_tick") (param i32) (call $at (i32.const 0x6b)))             ;; k
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x68))                                                      ;; h
    (drop (call $pairs (i32.const 0) (i32.const 8) (i32.const 12)))                  ;; for m
    (i32.const 0))
  (func (export "proxy_on_request_body") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x62)) (i32.const 0))                                       ;; b
  (func (export "proxy_on_request_trailers") (param i32 i32) (result i32)
    (call $at (i32.const 0x74)) (i32.const 0))                                       ;; t
  (func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x48)) (i32.const 0))                                       ;; H
  (func (export "proxy_on_response_body") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x42)) (i32.const 0))                                       ;; B
  (func (export "proxy_on_response_trailers") (param i32 i32) (result i32)
    (call $at (i32.const 0x54)) (i32.const 0))                                       ;; T
  (func (export "proxy_on_done") (param i32) (result i32) (call $at (i32.const 0x64)) (i32.const 1)) ;; d
  (func (export "proxy_on_log") (param i32) (call $at (i32.const 0x6c)))              ;; l
  (func (export "proxy_on_delete") (param i32) (call $at (i32.const 0x78))))          ;; x
