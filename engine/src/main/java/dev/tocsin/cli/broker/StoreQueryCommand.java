package dev.tocsin.cli.broker;

import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Terminal;
import dev.tocsin.fabric.data.Value;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A question about one key. */
abstract class StoreQueryCommand extends StoreCall implements Callable<Integer> {
    @Parameters(index = "1", paramLabel = "KEY", converter = ValueReader.class, description = "The key.")
    private Value key = Value.NONE;

    @Option(names = "--master", description = "Let the master answer, after all that was written anywhere; not the node's own copy.")
    private boolean master;

    StoreQueryCommand(Terminal terminal) {
        super(terminal);
    }

    JsonNode look(String operation, @Nullable Value index) {
        ObjectNode body = body(operation).put("master", master);
        body.set("key", typed(key));
        if (index != null) {
            body.set("index", typed(index));
        }
        return ask("/query", body);
    }

    /** {@code get}. */
    @Command(name = "get", description = "Shows the value of a key, or what an index stands for in it.")
    static final class Get extends StoreQueryCommand {
        @Parameters(index = "2", arity = "0..1", paramLabel = "INDEX", converter = ValueReader.class, description = "Of a vector: the element; of a set: whether it is in it; of a table: its value.")
        private @Nullable Value index;

        Get(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            look(index == null ? "get" : "index", index);
            return Exit.OK;
        }
    }

    /** {@code exists}. */
    @Command(name = "exists", description = "Says whether a key is there; exit code 1 if it is not.")
    static final class Exists extends StoreQueryCommand {
        Exists(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return look("exists", null).path("value").asBoolean(false) ? Exit.OK : Exit.PROBLEMS;
        }
    }
}
