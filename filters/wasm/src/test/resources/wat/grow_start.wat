;; Takes all memory that it gets in its start section, writes to it, and never comes back.
(module
  (memory (export "memory") 1)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func $grow
    (loop $l
      (drop (memory.grow (i32.const 16)))
      (memory.fill (i32.const 0) (i32.const 7) (i32.mul (memory.size) (i32.const 65536)))
      (br $l)))
  (start $grow))
