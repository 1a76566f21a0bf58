package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What several contenders for one state saw, and whether one leader at a time can have made it: epochs rise, a term begins
 * with the last document that the term before was told is written (or with one of a later attempt of which it heard
 * nothing), and nothing that is begun after a later term has begun is accepted. Documents are unique.
 */
final class History {
    private enum Outcome {
        UNKNOWN,
        WRITTEN,
        FENCED
    }

    private static final class Write {
        private final String document;
        private final int started;
        private Outcome outcome = Outcome.UNKNOWN;

        Write(String document, int started) {
            this.document = document;
            this.started = started;
        }
    }

    /** One term. */
    final class Seen {
        private final long epoch;
        private final String document;
        private final int begun = ++now;
        private final List<Write> writes = new ArrayList<>();

        Seen(long epoch, String document) {
            this.epoch = epoch;
            this.document = document;
        }

        /** Writes the next document, and remembers what was said of it. */
        void write(FencedState.Term term) throws IOException {
            Write write = new Write("{\"epoch\":" + epoch + ",\"n\":" + writes.size() + "}", ++now);
            writes.add(write);
            try {
                term.write(write.document);
                write.outcome = Outcome.WRITTEN;
                accepted++;
            } catch (FencedException e) {
                write.outcome = Outcome.FENCED;
                refused++;
                throw e;
            }
        }
    }

    private final List<Seen> terms = new ArrayList<>();
    private int now;
    private int accepted;
    private int refused;

    Seen begins(long epoch, String document) {
        Seen seen = new Seen(epoch, document);
        terms.add(seen);
        return seen;
    }

    int terms() {
        return terms.size();
    }

    int accepted() {
        return accepted;
    }

    int refused() {
        return refused;
    }

    /** For stores in which a term begins in one request: who is told so later has the greater epoch. */
    void checkTold() {
        for (int i = 1; i < terms.size(); i++) {
            assertThat(terms.get(i).epoch).as("epochs rise").isGreaterThan(terms.get(i - 1).epoch);
        }
    }

    /**
     * Terms are looked at in the order of their epochs. A contender that was stopped between the request that began its term
     * and the answer may be told of it when the next has begun already; then nothing that it writes may be accepted.
     */
    void check() {
        terms.sort(Comparator.comparingLong(t -> t.epoch));
        String before = "";
        List<Write> open = List.of();
        for (int i = 0; i < terms.size(); i++) {
            Seen term = terms.get(i);
            if (i > 0) {
                assertThat(term.epoch).as("each epoch once").isGreaterThan(terms.get(i - 1).epoch);
            }
            List<String> possible = new ArrayList<>(List.of(before));
            for (Write write : open) {
                if (write.outcome == Outcome.WRITTEN) {
                    possible.clear();
                }
                if (write.outcome != Outcome.FENCED) {
                    possible.add(write.document);
                }
            }
            assertThat(possible).as("what epoch " + term.epoch + " may begin with").contains(term.document);
            before = term.document;
            open = term.writes;
            if (i + 1 < terms.size()) {
                int next = terms.get(i + 1).begun;
                term.writes.stream().filter(w -> w.started > next).forEach(w -> assertThat(w.outcome)
                        .as(w.document + " of epoch " + term.epoch + " after the next").isNotEqualTo(Outcome.WRITTEN));
            }
        }
    }
}
