;; Declares 2,049 pages: more than 128 MiB.
(module
  (memory (export "memory") 2049)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "malloc") (param i32) (result i32) (i32.const 0))
)
