package dev.tocsin.fabric.event;

import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.ValueException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Hands an event's arguments to a method. */
final class MethodHandler implements Handler {
    private final Object target;
    private final Method method;
    private final Type[] types;
    private final int arguments;

    MethodHandler(Object target, Method method) {
        this.target = target;
        this.method = method;
        this.types = method.getGenericParameterTypes();
        this.arguments = types.length > 0 && types[types.length - 1] == Message.class
                ? types.length - 1
                : types.length;
        method.setAccessible(true);
    }

    @Override
    public void handle(EventCall call, @Nullable Message message) throws Exception {
        if (call.args().size() != arguments) {
            throw new ValueException(
                    call.name() + " came with " + call.args().size() + " arguments; " + method.getName()
                            + " takes " + arguments);
        }
        @Nullable
        Object[] values = new @Nullable Object[types.length];
        for (int i = 0; i < arguments; i++) {
            try {
                values[i] = JavaValues.to(call.args().get(i), types[i]);
            } catch (ValueException e) {
                throw new ValueException("argument " + (i + 1) + " of " + call.name() + ": " + e.getMessage());
            }
        }
        if (arguments < types.length) {
            values[arguments] = message;
        }
        try {
            method.invoke(target, values);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
