package dev.tocsin.source;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** How a process comes to lead a source that others may lead too. Used by one thread. */
public interface Leadership extends AutoCloseable {
    /** @return the term, or empty while another leads. @throws IOException when it cannot be found out now */
    Optional<SourceTerm> tryLead() throws IOException;

    /** Who leads, for people; empty when that is not known. */
    String leader();

    /** After so long without a sign of life of the leader another may begin. */
    Duration lease();

    @Override
    void close();
}
