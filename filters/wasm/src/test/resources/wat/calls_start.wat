;; Logs and shares data without end in its start section, where there is no context yet.
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (import "env" "proxy_set_shared_data" (func $share (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func $calls
    (loop $l
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (drop (call $log (i32.const 4) (i32.const 0) (i32.const 1000)))
      (drop (call $share (i32.const 0) (i32.const 4) (i32.const 0) (i32.const 1000) (i32.const 0)))
      (drop (call $tick (i32.const 1)))
      (br $l)))
  (start $calls))
