package io.postern.filters.wasm.vm;

import io.postern.filters.wasm.abi.GuestHost;
import io.postern.filters.wasm.engine.GuestFunction;
import io.postern.filters.wasm.engine.HostFunction;
import io.postern.filters.wasm.engine.HostFunctions;

/**
 * Every call between host and plugin as a line of the log, in the form that Envoy's wasm log has it
 * at this level: for finding out what a plugin does. Costs nothing where the level was higher when
 * the machine was started.
 *
 * @param machine named in the log
 */
record CallTrace(PluginLog log, String machine) {
    private static final long UNSIGNED_INT = 0xffffffffL;

    boolean isOn() {
        return log.level(machine) <= PluginLog.TRACE;
    }

    /** The same functions, heard. */
    HostFunctions<GuestHost> of(HostFunctions<GuestHost> functions) {
        if (!isOn()) {
            return functions;
        }
        var heard = new HostFunctions<GuestHost>();
        for (HostFunctions.Entry<GuestHost> entry : functions.all()) {
            heard.add(entry.module(), entry.name(), entry.signature(), heard(entry));
        }
        return heard;
    }

    private HostFunction<GuestHost> heard(HostFunctions.Entry<GuestHost> entry) {
        String name = entry.module() + "." + entry.name();
        String parameters = entry.signature().substring(0, entry.signature().indexOf('>'));
        boolean returns = !entry.signature().endsWith(">");
        return (host, args) -> {
            say("[vm->host] " + name + "(" + values(parameters, args) + ")");
            int result = entry.body().call(host, args);
            say("[vm<-host] " + name + " return: " + result(returns, result));
            return result;
        };
    }

    /** The same function, heard. */
    GuestFunction of(String name, GuestFunction function) {
        if (!isOn()) {
            return function;
        }
        String parameters = "i".repeat(function.parameters());
        return function.tell(
                new GuestFunction.Listener() {
                    @Override
                    public void onCall(long[] args) {
                        say("[host->vm] " + name + "(" + values(parameters, args) + ")");
                    }

                    @Override
                    public void onReturn(int result) {
                        String text = result(function.returns(), result);
                        say("[host<-vm] " + name + " return: " + text);
                    }
                });
    }

    private void say(String line) {
        log.log(PluginLog.TRACE, machine, line);
    }

    private static String result(boolean returns, int result) {
        return returns ? Integer.toUnsignedString(result) : "void";
    }

    private static String values(String types, long[] args) {
        var text = new StringBuilder();
        for (int i = 0; i < types.length(); i++) {
            text.append(i == 0 ? "" : ", ");
            switch (types.charAt(i)) {
                case 'I' -> text.append(Long.toUnsignedString(args[i]));
                case 'f' -> text.append(Float.intBitsToFloat((int) args[i]));
                case 'F' -> text.append(Double.longBitsToDouble(args[i]));
                default -> text.append(args[i] & UNSIGNED_INT);
            }
        }
        return text.toString();
    }
}
