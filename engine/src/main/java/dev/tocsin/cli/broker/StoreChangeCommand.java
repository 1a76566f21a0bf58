package dev.tocsin.cli.broker;

import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Terminal;
import dev.tocsin.fabric.data.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A change of one key. What each operation does and refuses is in docs/reference/stores.md. */
abstract class StoreChangeCommand extends StoreCall implements Callable<Integer> {
    private final String operation;

    @Parameters(index = "1", paramLabel = "KEY", converter = ValueReader.class, description = "The key.")
    private Value key = Value.NONE;

    @Option(names = "--if-revision", paramLabel = "N", description = "Only if the key has this revision; 0: is not there.")
    private @Nullable Long revision;

    StoreChangeCommand(Terminal terminal, String operation) {
        super(terminal);
        this.operation = operation;
    }

    /** Adds what the operation needs besides the key. */
    abstract void complete(ObjectNode body);

    @Override
    boolean isSilent() {
        return operation.equals("put");
    }

    @Override
    public Integer call() {
        ObjectNode body = body(operation);
        body.set("key", typed(key));
        if (revision != null) {
            body.put("if_revision", revision);
        }
        complete(body);
        JsonNode answer = ask("/mutate", body);
        boolean lost = operation.equals("put_unique") && !answer.path("value").asBoolean(true);
        return lost ? Exit.PROBLEMS : Exit.OK;
    }

    /** The key alone, which goes. */
    static final class Erase extends StoreChangeCommand {
        Erase(Terminal terminal) {
            super(terminal, "erase");
        }

        @Override
        void complete(ObjectNode body) {
            // That is all.
        }
    }

    /** What leaves a key behind, which may expire. */
    abstract static class Kept extends StoreChangeCommand {
        @Option(names = "--expiry", paramLabel = "TIME", description = "The key goes after so long without modification, such as 1h; or never.")
        private @Nullable String expiry;

        Kept(Terminal terminal, String operation) {
            super(terminal, operation);
        }

        @Override
        void complete(ObjectNode body) {
            if (expiry != null) {
                body.put("expiry", expiry);
            }
        }
    }

    /** The key alone. */
    static final class OfKey extends Kept {
        OfKey(Terminal terminal, String operation) {
            super(terminal, operation);
        }
    }

    /** And a value. */
    static final class OfValue extends Kept {
        @Parameters(index = "2", paramLabel = "VALUE", converter = ValueReader.class, description = "The value.")
        private Value value = Value.NONE;

        OfValue(Terminal terminal, String operation) {
            super(terminal, operation);
        }

        @Override
        void complete(ObjectNode body) {
            super.complete(body);
            body.set("value", typed(value));
        }
    }

    /** And a number. */
    static final class OfAmount extends Kept {
        @Parameters(index = "2", arity = "0..1", defaultValue = "1", paramLabel = "AMOUNT", converter = ValueReader.class, description = "How much (default: ${DEFAULT-VALUE}). Of the number's type: 1 for a count, 1.0 for a real.")
        private Value amount = Value.count(1);

        OfAmount(Terminal terminal, String operation) {
            super(terminal, operation);
        }

        @Override
        void complete(ObjectNode body) {
            super.complete(body);
            body.set("value", typed(amount));
        }
    }

    /** And an index, or an element. */
    static final class OfIndex extends Kept {
        @Parameters(index = "2", paramLabel = "INDEX", converter = ValueReader.class, description = "The element of the set, or the index of the table.")
        private Value index = Value.NONE;

        OfIndex(Terminal terminal) {
            super(terminal, "remove_from");
        }

        @Override
        void complete(ObjectNode body) {
            super.complete(body);
            body.set("index", typed(index));
        }
    }

    /** And an element, or an index and a value. */
    static final class OfElement extends Kept {
        @Parameters(index = "2..3", arity = "1..2", paramLabel = "ELEMENT", converter = ValueReader.class, description = "An element for a set; an index and a value for a table.")
        private List<Value> given = new ArrayList<>();

        OfElement(Terminal terminal) {
            super(terminal, "insert_into");
        }

        @Override
        void complete(ObjectNode body) {
            super.complete(body);
            if (given.size() > 1) {
                body.set("index", typed(given.getFirst()));
            }
            body.set("value", typed(given.getLast()));
        }
    }
}
