package dev.persys.cli.verb;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** Signals to this process. Java has them where every JDK does, outside of what a compiler for any JDK may name. */
final class Signals {
    private Signals() {}

    /** Runs {@code handler} at each signal of that name, in place of what is usual; does nothing where there is none. */
    static void on(String name, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handling = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    handler.run();
                }
                return null;
            };
            Object proxy = Proxy.newProxyInstance(handling.getClassLoader(), new Class<?>[] {handling}, call);
            signal.getMethod("handle", signal, handling)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            return; // Then what is usual happens: the process ends, and the session with it.
        }
    }
}
