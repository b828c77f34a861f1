;; A network filter: logs its callbacks with their numbers; the first byte of its configuration, kept for each context, says
;; what else it does.
(module
  (import "env" "proxy_get_buffer_bytes" (func $get (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_buffer_bytes" (func $set (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_continue_stream" (func $continue (param i32) (result i32)))
  (import "env" "proxy_close_stream" (func $close (param i32) (result i32)))
  (import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
  (import "env" "proxy_set_effective_context" (func $effective (param i32) (result i32)))
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (memory (export "memory") 4)
  (global $mode (mut i32) (i32.const 0))
  (global $heap (mut i32) (i32.const 65536))
  (global $paused (mut i32) (i32.const 0))
  (data (i32.const 100) "new connection")
  (data (i32.const 120) "downstream data")
  (data (i32.const 140) "upstream data")
  (data (i32.const 160) "downstream close")
  (data (i32.const 180) "upstream close")
  (data (i32.const 200) "done")
  (data (i32.const 210) "log")
  (data (i32.const 220) "delete")
  (data (i32.const 230) "create")
  (data (i32.const 240) "continue")
  (data (i32.const 250) "close")
  (data (i32.const 260) "tick")
  (data (i32.const 280) "[D]")
  (data (i32.const 290) "[U]")
  (func (export "proxy_abi_version_0_2_1"))

  (func (export "malloc") (param $size i32) (result i32)
    (local $at i32)
    (if (i32.gt_u (i32.add (global.get $heap) (local.get $size)) (i32.const 262144))
      (then (global.set $heap (i32.const 65536))))
    (local.set $at (global.get $heap))
    (global.set $heap (i32.add (global.get $heap) (local.get $size)))
    (local.get $at))

  ;; decimal digits of $n at $at; where they end
  (func $digits (param $at i32) (param $n i32) (result i32)
    (if (i32.ge_u (local.get $n) (i32.const 10))
      (then (local.set $at (call $digits (local.get $at) (i32.div_u (local.get $n) (i32.const 10))))))
    (i32.store8 (local.get $at) (i32.add (i32.const 48) (i32.rem_u (local.get $n) (i32.const 10))))
    (i32.add (local.get $at) (i32.const 1)))

  (func $say (param $text i32) (param $length i32) (param $a i32) (param $b i32)
    (local $at i32)
    (memory.copy (i32.const 2048) (local.get $text) (local.get $length))
    (local.set $at (i32.add (i32.const 2048) (local.get $length)))
    (i32.store8 (local.get $at) (i32.const 32))
    (local.set $at (call $digits (i32.add (local.get $at) (i32.const 1)) (local.get $a)))
    (i32.store8 (local.get $at) (i32.const 32))
    (local.set $at (call $digits (i32.add (local.get $at) (i32.const 1)) (local.get $b)))
    (drop (call $log (i32.const 2) (i32.const 2048) (i32.sub (local.get $at) (i32.const 2048)))))

  (func $is (param i32) (result i32) (i32.eq (global.get $mode) (local.get 0)))

  ;; where the mode of a context is
  (func $of (param $id i32) (result i32)
    (i32.add (i32.const 4096) (i32.and (local.get $id) (i32.const 1023))))
  (func $enter (param $id i32)
    (global.set $mode (i32.load8_u (call $of (local.get $id)))))

  (func (export "proxy_on_vm_start") (param i32 i32) (result i32) (i32.const 1))
  (func (export "proxy_on_configure") (param $id i32) (param i32) (result i32)
    (if (i32.eqz (call $get (i32.const 7) (i32.const 0) (i32.const 1) (i32.const 8) (i32.const 12)))
      (then (if (i32.load (i32.const 12))
        (then (i32.store8 (call $of (local.get $id)) (i32.load8_u (i32.load (i32.const 8))))))))
    (i32.const 1))

  (func (export "proxy_on_context_create") (param $id i32) (param $root i32)
    (i32.store8 (call $of (local.get $id)) (i32.load8_u (call $of (local.get $root))))
    (if (local.get $root) (then (call $say (i32.const 230) (i32.const 6) (i32.const 0) (i32.const 0)))))

  (func (export "proxy_on_new_connection") (param $id i32) (result i32)
    (call $enter (local.get $id))
    (call $say (i32.const 100) (i32.const 14) (i32.const 0) (i32.const 0))
    (if (call $is (i32.const 0x70)) ;; p: pauses until data comes
      (then (return (i32.const 1))))
    (if (call $is (i32.const 0x74)) ;; t: pauses until a tick continues it
      (then
        (global.set $paused (local.get $id))
        (drop (call $tick (i32.const 50)))
        (return (i32.const 1))))
    (if (call $is (i32.const 0x6e)) ;; n: closes new connections
      (then (call $say (i32.const 250) (i32.const 5) (i32.const 2) (call $close (i32.const 2)))))
    (if (call $is (i32.const 0x78)) ;; x: traps
      (then unreachable))
    (i32.const 0))

  (func (export "proxy_on_tick") (param i32)
    (if (global.get $paused)
      (then
        (drop (call $effective (global.get $paused)))
        (call $say (i32.const 240) (i32.const 8) (i32.const 2) (call $continue (i32.const 2)))
        (global.set $paused (i32.const 0))
        (drop (call $tick (i32.const 0))))))

  ;; whether what is held ends with a line feed
  (func $whole (param $type i32) (result i32)
    (if (call $get (local.get $type) (i32.const 0) (i32.const 65536) (i32.const 8) (i32.const 12))
      (then (return (i32.const 0))))
    (if (i32.eqz (i32.load (i32.const 12))) (then (return (i32.const 0))))
    (i32.eq (i32.const 10)
      (i32.load8_u (i32.sub (i32.add (i32.load (i32.const 8)) (i32.load (i32.const 12))) (i32.const 1)))))

  (func (export "proxy_on_downstream_data") (param $id i32) (param $size i32) (param $end i32) (result i32)
    (call $enter (local.get $id))
    (call $say (i32.const 120) (i32.const 15) (local.get $size) (local.get $end))
    (if (call $is (i32.const 0x68)) ;; h: holds data until a line is whole
      (then (return (i32.eqz (call $whole (i32.const 2))))))
    (if (call $is (i32.const 0x65)) ;; e: edits
      (then (drop (call $set (i32.const 2) (i32.const 0) (i32.const 0) (i32.const 280) (i32.const 3)))))
    (if (call $is (i32.const 0x64)) ;; d: drops
      (then (drop (call $set (i32.const 2) (i32.const 0) (i32.const 65536) (i32.const 280) (i32.const 0)))))
    (if (call $is (i32.const 0x63)) ;; c: closes
      (then (call $say (i32.const 250) (i32.const 5) (i32.const 2) (call $close (i32.const 2)))))
    (if (call $is (i32.const 0x43)) ;; C: closes the other side
      (then (call $say (i32.const 250) (i32.const 5) (i32.const 3) (call $close (i32.const 3)))))
    (if (call $is (i32.const 0x74))
      (then (if (global.get $paused) (then (return (i32.const 1))))))
    (if (call $is (i32.const 0x79)) ;; y: traps
      (then unreachable))
    (i32.const 0))

  (func (export "proxy_on_upstream_data") (param $id i32) (param $size i32) (param $end i32) (result i32)
    (call $enter (local.get $id))
    (call $say (i32.const 140) (i32.const 13) (local.get $size) (local.get $end))
    (if (call $is (i32.const 0x75)) ;; u: holds upstream data until a line is whole
      (then (return (i32.eqz (call $whole (i32.const 3))))))
    (if (call $is (i32.const 0x65))
      (then (drop (call $set (i32.const 3) (i32.const 65536) (i32.const 0) (i32.const 290) (i32.const 3)))))
    (if (call $is (i32.const 0x44)) ;; D: drops what the upstream sends
      (then (drop (call $set (i32.const 3) (i32.const 0) (i32.const 65536) (i32.const 280) (i32.const 0)))))
    (if (call $is (i32.const 0x67)) ;; g: asks to go on where nobody can
      (then (call $say (i32.const 240) (i32.const 8) (i32.const 3) (call $continue (i32.const 3)))))
    (if (call $is (i32.const 0x6b)) ;; k: closes when the answer comes
      (then (call $say (i32.const 250) (i32.const 5) (i32.const 2) (call $close (i32.const 2)))))
    (i32.const 0))

  (func (export "proxy_on_downstream_connection_close") (param i32 i32)
    (call $say (i32.const 160) (i32.const 16) (local.get 1) (i32.const 0)))
  (func (export "proxy_on_upstream_connection_close") (param i32 i32)
    (call $say (i32.const 180) (i32.const 14) (local.get 1) (i32.const 0)))
  (func (export "proxy_on_done") (param i32) (result i32)
    (call $say (i32.const 200) (i32.const 4) (i32.const 0) (i32.const 0))
    (i32.const 1))
  (func (export "proxy_on_log") (param i32)
    (call $say (i32.const 210) (i32.const 3) (i32.const 0) (i32.const 0)))
  (func (export "proxy_on_delete") (param i32)
    (call $say (i32.const 220) (i32.const 6) (i32.const 0) (i32.const 0))))
