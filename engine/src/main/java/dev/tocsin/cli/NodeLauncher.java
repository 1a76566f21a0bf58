package dev.tocsin.cli;

import dev.tocsin.base.Problem;
import dev.tocsin.node.NodeApi;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How {@code run} and {@code check} get at a node in this process. */
public interface NodeLauncher {
    /**
     * Reads the configuration as a start would, and everything it names, but opens and writes nothing.
     *
     * @param file null for the defaults
     * @return errors and warnings in the order of the file
     */
    List<Problem> check(@Nullable Path file);

    /**
     * Starts a node and returns when it is ready, or when it has had its time and all but some stages is.
     *
     * @param file null for the defaults
     * @param roles empty for all that the configuration names
     * @throws Failure when it cannot start, for a reason that a person can mend
     */
    RunningNode start(@Nullable Path file, List<String> roles);

    /** A node in this process. */
    interface RunningNode extends AutoCloseable {
        /** Where its page is; none without the role manager. */
        Optional<URI> page();

        NodeApi api();

        /** The stages that do not work yet, and why; empty when the node is ready. */
        List<String> waiting();

        /** Stops it in order; returns when everything is on disk. */
        @Override
        void close();
    }
}
