package dev.tocsin.cli.demo;

import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The running node as the demo needs it: somewhere to send to, somewhere to look, and the alerts. */
public interface DemoNode extends AutoCloseable {
    /** Listeners that are open now. */
    Targets targets();

    /** Address of the page, with whatever a browser needs to be let in. */
    String pageUrl();

    /** Every alert from now on, as alert JSON; close to stop. The receiver is quick. */
    AutoCloseable onAlert(Consumer<JsonNode> receiver);

    /** Stops the node and returns when it has stopped. */
    @Override
    void close();
}
