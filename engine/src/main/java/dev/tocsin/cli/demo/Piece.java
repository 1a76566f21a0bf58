package dev.tocsin.cli.demo;

import java.util.Locale;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A part of a {@link Phrase}: fixed text, or a placeholder. */
sealed interface Piece {
    String render(Cast cast);

    /** Whether what is rendered is a number, and so a JSON number where it stands alone. */
    default boolean isNumber() {
        return false;
    }

    record Fixed(String text) implements Piece {
        @Override
        public String render(Cast cast) {
            return text;
        }
    }

    /** {@code ${name}} for something that {@code let} or {@code facts} named. */
    record Fact(String name) implements Piece {
        @Override
        public String render(Cast cast) {
            return cast.fact(name);
        }
    }

    /** {@code ${pool}}, {@code ${pool.field}}, {@code ${pool#2.field}}. */
    record Picked(String pool, int copy, String field) implements Piece {
        @Override
        public String render(Cast cast) {
            return cast.pick(pool, copy, field);
        }
    }

    /** {@code ${int:1000-60000}}, both ends inclusive. */
    record Whole(long min, long max) implements Piece {
        @Override
        public String render(Cast cast) {
            return Long.toString(cast.random().nextLong(min, max + 1));
        }

        @Override
        public boolean isNumber() {
            return true;
        }
    }

    /** {@code ${hex:8}}, {@code ${upper:16}}, {@code ${lower:6}}: so many characters of the alphabet. */
    record Signs(String alphabet, int count) implements Piece {
        @Override
        public String render(Cast cast) {
            StringBuilder text = new StringBuilder(count);
            for (int i = 0; i < count; i++) {
                text.append(alphabet.charAt(cast.random().nextInt(alphabet.length())));
            }
            return text.toString();
        }
    }

    /** {@code ${uuid:}} and, in Windows' spelling, {@code ${guid:}}. */
    record Uuid(boolean windows) implements Piece {
        @Override
        public String render(Cast cast) {
            RandomGenerator random = cast.random();
            // The bits of version 4 and of the variant, RFC 9562 section 5.4.
            long high = random.nextLong() & ~0xF000L | 0x4000L;
            long low = random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
            String text = new UUID(high, low).toString();
            return windows ? "{" + text.toUpperCase(Locale.ROOT) + "}" : text;
        }
    }

    /** {@code ${now:iso}} and the other ways of writing the time. */
    record Now(TimeForm form) implements Piece {
        @Override
        public String render(Cast cast) {
            return form.write(cast.now(), cast.zone());
        }

        @Override
        public boolean isNumber() {
            return form == TimeForm.EPOCH;
        }
    }
}
