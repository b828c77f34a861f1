// Three pieces of work for comparing hosts: see ../README.md.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unsafe"
)

const (
	info                = 2
	pluginConfiguration = 7
	batchNanos          = 2_000_000
	document            = `{"user":{"id":4711,"name":"Ada","admin":false},"tags":["a","b","c"],"score":12.5,"x":null}`
	header              = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEiLCJleHAiOjE5MDAwMDAwMDB9.c2lnbmF0dXJlLWhlcmU"
)

//go:wasmimport env proxy_log
func proxyLog(level uint32, text unsafe.Pointer, size uint32) uint32

//go:wasmimport env proxy_get_current_time_nanoseconds
func proxyTime(time unsafe.Pointer) uint32

//go:wasmimport env proxy_get_buffer_bytes
func proxyBuffer(kind, start, most uint32, data, size unsafe.Pointer) uint32

// What the host writes to is kept here.
var allocated [][]byte

//go:wasmexport proxy_abi_version_0_2_1
func abiVersion() {}

//go:wasmexport proxy_on_memory_allocate
func allocate(size uint32) unsafe.Pointer {
	memory := make([]byte, size+1)
	allocated = append(allocated, memory)
	return unsafe.Pointer(&memory[0])
}

//go:wasmexport proxy_on_context_create
func onContextCreate(context, parent uint32) {}

var sink any

//go:wasmexport proxy_on_configure
func onConfigure(context, size uint32) uint32 {
	nanos := milliseconds() * 1_000_000
	text := []byte(document)
	report("json", measure(nanos, func() {
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			panic(err)
		}
		sink = value
	}))
	token := regexp.MustCompile(`^Bearer\s+([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$`)
	report("regexp", measure(nanos, func() { sink = token.FindStringSubmatch(header) }))
	long := []byte(strings.Repeat("x", 4096))
	var digest [32]byte
	report("sha256", measure(nanos, func() { digest = sha256.Sum256(long) }))
	sink = digest
	return 1
}

func milliseconds() int64 {
	var data *byte
	var size uint32
	proxyBuffer(pluginConfiguration, 0, 100, unsafe.Pointer(&data), unsafe.Pointer(&size))
	number, err := strconv.ParseInt(strings.TrimSpace(unsafe.String(data, size)), 10, 64)
	if err != nil {
		panic(err)
	}
	return number
}

func now() int64 {
	var time int64
	proxyTime(unsafe.Pointer(&time))
	return time
}

// Nanoseconds of one operation in the best batch.
func measure(nanos int64, work func()) float64 {
	end := now() + nanos
	count := 1
	best := 1e18
	for {
		start := now()
		for range count {
			work()
		}
		stop := now()
		best = min(best, float64(stop-start)/float64(count))
		if stop > end {
			return best
		}
		if stop-start < batchNanos {
			count *= 2
		}
	}
}

func report(kind string, nanos float64) {
	line := fmt.Sprintf("guest %s %.1f", kind, nanos)
	proxyLog(info, unsafe.Pointer(unsafe.StringData(line)), uint32(len(line)))
}

func main() {}
