;; Attacks in any callback: the first byte of the machine's configuration (or else of the plugin's)
;; says where, the second one what. A request reaches all callbacks: it calls out where its answer is
;; to be attacked.
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
  (import "env" "proxy_grpc_stream"
    (func $grpc (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_redis_init" (func $redis_init (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_redis_call" (func $redis (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 32)
  (table $t 16 funcref)
  (global $where (mut i32) (i32.const 0))
  (global $what (mut i32) (i32.const 0))
  (global $inside (mut i32) (i32.const 0))
  (data (i32.const 64) "key-0000upstream")
  (data (i32.const 512) "\03\00\00\00\07\00\00\00\03\00\00\00\05\00\00\00\01\00\00\00\0a\00\00\00\01\00\00\00:method\00GET\00:path\00/\00:authority\00u\00")
  (data (i32.const 600) "*1\0d\0a$4\0d\0aPING\0d\0a")
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
    (if (i32.eq (global.get $what) (i32.const 0x78)) (then (call $exit (i32.const 3)))) ;; x: exits
    (if (i32.eq (global.get $what) (i32.const 0x6e)) (then (drop (call $ticks (i32.const 1)))
      (global.set $inside (i32.const 0)) (return)))                                  ;; n: nothing but ticks
    (loop $l (call $step) (br $l)))                                                  ;; l and all others

  (func $here (param i32) (result i32) (i32.eq (global.get $where) (local.get 0)))

  (func $read (param $configuration i32)
    (if (i32.eqz (global.get $where)) (then
      (drop (call $buffer (local.get $configuration) (i32.const 0) (i32.const 2) (i32.const 8) (i32.const 12)))
      (if (i32.load (i32.const 12)) (then
        (global.set $where (i32.load8_u (i32.load (i32.const 8))))
        (global.set $what (i32.load8_u offset=1 (i32.load (i32.const 8)))))))))

  ;; calls what makes the host call the place that is attacked
  (func $reach (result i32)
    (if (call $here (i32.const 0x61)) (then                                           ;; a: answer of an HTTP call
      (return (i32.eqz (call $call (i32.const 72) (i32.const 8) (i32.const 512) (i32.const 61)
        (i32.const 0) (i32.const 0) (i32.const 256) (i32.const 4) (i32.const 1000) (i32.const 16))))))
    (if (call $here (i32.const 0x52)) (then                                           ;; R: reply of Redis
      (return (i32.eqz (call $redis (i32.const 72) (i32.const 8) (i32.const 600) (i32.const 14) (i32.const 16))))))
    (if (i32.or (i32.or (call $here (i32.const 0x69)) (call $here (i32.const 0x67)))
          (i32.or (call $here (i32.const 0x47)) (call $here (i32.const 0x65)))) (then  ;; i, g, G, e: gRPC
      (return (i32.eqz (call $grpc (i32.const 72) (i32.const 8) (i32.const 72) (i32.const 8)
        (i32.const 72) (i32.const 8) (i32.const 256) (i32.const 4) (i32.const 16))))))
    (if (call $here (i32.const 0x71)) (then                                           ;; q: a queue
      (drop (call $enqueue (i32.load (i32.const 20)) (i32.const 64) (i32.const 8)))))
    (i32.const 0))

  (func (export "_initialize") (call $read (i32.const 6)) (call $at (i32.const 0x5f)))  ;; _
  (func (export "main") (param i32 i32) (result i32) (call $at (i32.const 0x21)) (i32.const 0)) ;; !
  (func (export "proxy_on_context_create") (param i32 i32)
    (if (local.get 1)
      (then (call $at (i32.const 0x6a)))                                             ;; j: of a stream
      (else (call $at (i32.const 0x63)))))                                           ;; c: of the plugin
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32)
    (call $at (i32.const 0x73)) (i32.const 1))                                       ;; s
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (call $read (i32.const 7))
    (if (call $here (i32.const 0x6b)) (then (drop (call $ticks (i32.const 1)))))
    (if (call $here (i32.const 0x71)) (then
      (drop (call $queue (i32.const 64) (i32.const 8) (i32.const 20)))))
    (if (call $here (i32.const 0x52)) (then
      (drop (call $redis_init (i32.const 72) (i32.const 8) (i32.const 0) (i32.const 0)
        (i32.const 0) (i32.const 0) (i32.const 1000)))))
    (call $at (i32.const 0x43))                                                      ;; C
    (i32.const 1))
  (func (export "proxy_on_tick") (param i32) (call $at (i32.const 0x6b)))             ;; k
  (func (export "proxy_on_queue_ready") (param i32 i32) (call $at (i32.const 0x71)))  ;; q
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x68))                                                      ;; h
    (drop (call $pairs (i32.const 0) (i32.const 8) (i32.const 12)))                  ;; for m
    (call $reach))
  (func (export "proxy_on_request_body") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x62)) (i32.const 0))  ;; b
  (func (export "proxy_on_request_trailers") (param i32 i32) (result i32)
    (call $at (i32.const 0x74)) (i32.const 0))  ;; t
  (func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x48)) (i32.const 0))  ;; H
  (func (export "proxy_on_response_body") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x42)) (i32.const 0))  ;; B
  (func (export "proxy_on_response_trailers") (param i32 i32) (result i32)
    (call $at (i32.const 0x54)) (i32.const 0))  ;; T
  (func (export "proxy_on_http_call_response") (param i32 i32 i32 i32 i32)
    (call $at (i32.const 0x61)))  ;; a
  (func (export "proxy_on_grpc_receive_initial_metadata") (param i32 i32 i32)
    (call $at (i32.const 0x69)))  ;; i
  (func (export "proxy_on_grpc_receive") (param i32 i32 i32)
    (call $at (i32.const 0x67)))  ;; g
  (func (export "proxy_on_grpc_receive_trailing_metadata") (param i32 i32 i32)
    (call $at (i32.const 0x47)))  ;; G
  (func (export "proxy_on_grpc_close") (param i32 i32 i32)
    (call $at (i32.const 0x65)))  ;; e
  (func (export "proxy_on_redis_call_response") (param i32 i32 i32 i32)
    (call $at (i32.const 0x52)))  ;; R
  (func (export "proxy_on_new_connection") (param i32) (result i32)
    (call $at (i32.const 0x6e)) (i32.const 0))  ;; n
  (func (export "proxy_on_downstream_data") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x6f)) (i32.const 0))  ;; o
  (func (export "proxy_on_upstream_data") (param i32 i32 i32) (result i32)
    (call $at (i32.const 0x75)) (i32.const 0))  ;; u
  (func (export "proxy_on_downstream_connection_close") (param i32 i32)
    (call $at (i32.const 0x79)))  ;; y
  (func (export "proxy_on_upstream_connection_close") (param i32 i32)
    (call $at (i32.const 0x7a)))  ;; z
  (func (export "proxy_on_done") (param i32) (result i32)
    (call $at (i32.const 0x64)) (i32.const 1))  ;; d
  (func (export "proxy_on_log") (param i32)
    (call $at (i32.const 0x6c)))  ;; l
  (func (export "proxy_on_delete") (param i32)
    (call $at (i32.const 0x78)))  ;; x
)
