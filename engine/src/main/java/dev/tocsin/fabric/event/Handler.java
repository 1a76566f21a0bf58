package dev.tocsin.fabric.event;

import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.data.EventCall;
import org.jspecify.annotations.Nullable;

/** Is called for an event. @see Events#on */
@FunctionalInterface
public interface Handler {
    /** @param message that brought it; null when it was raised in this process */
    void handle(EventCall call, @Nullable Message message) throws Exception;
}
