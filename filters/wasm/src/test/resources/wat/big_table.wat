;; A table of 8 million entries.
(module
  (memory (export "memory") 1)
  (table 8000000 funcref)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 1024)))
