package dev.tocsin.source.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one generation: a claim, documents, and at the end a seal, which is empty.
 *
 * @see S3State
 */
final class S3Chain {
    /** Documents that are kept, so that a list which is being made while one is replaced shows one of them. */
    private static final int KEPT = 2;
    private static final int ATTEMPTS_MAX = 20;

    /** A document that is in a chain. */
    record Written(long generation, long number, String document) {
        boolean isAfter(Written other) {
            return generation != other.generation ? generation > other.generation : number > other.number;
        }
    }

    private final ObjectStore objects;
    private final String prefix;
    private final long generation;
    private long next = 1;

    S3Chain(ObjectStore objects, String source, long generation) {
        this.objects = objects;
        this.generation = generation;
        this.prefix = prefix(source, generation);
    }

    /** With leading zeros, so that the order of names is the order of numbers. */
    static String number(long n) {
        return String.format(Locale.ROOT, "%012d", n);
    }

    static String prefix(String source, long generation) {
        return source + "/" + number(generation) + "/";
    }

    /** The generation to which an object belongs, or 0. */
    static long generation(String name) {
        String[] parts = name.split("/", -1);
        return parts.length == 3 && parts[1].matches("\\d{12}") ? Long.parseLong(parts[1]) : 0;
    }

    static boolean isSealed(List<ObjectStore.Entry> entries) {
        ObjectStore.Entry end = end(entries);
        return end != null && end.bytes() == 0;
    }

    private static ObjectStore.@Nullable Entry end(List<ObjectStore.Entry> entries) {
        return entries.stream().filter(e -> numberOf(e.name()) >= 0).reduce((_, b) -> b).orElse(null);
    }

    private static long numberOf(String name) {
        String number = name.substring(name.lastIndexOf('/') + 1);
        return number.matches("\\d{12}") ? Long.parseLong(number) : -1;
    }

    long generation() {
        return generation;
    }

    String name(long number) {
        return prefix + number(number);
    }

    String heartbeat() {
        return prefix + "heartbeat";
    }

    private List<ObjectStore.Entry> list() throws IOException {
        return objects.list(prefix, prefix);
    }

    boolean isMissing() throws IOException {
        return list().isEmpty();
    }

    /** Whether anybody has claimed a later generation. */
    boolean isFollowed() throws IOException {
        String source = prefix.substring(0, prefix.indexOf('/') + 1);
        // After all names of this generation: the character after the slash is a zero.
        String behind = prefix.substring(0, prefix.length() - 1) + "0";
        return objects.list(source, behind).stream().anyMatch(e -> generation(e.name()) > generation);
    }

    /** Whether the object is what this process wrote, in an attempt of which it heard nothing. */
    boolean isOwn(long number, String kind, String nonce) throws IOException {
        return objects.get(name(number)).map(S3Chain::head).filter(h -> h.equals(kind + " " + nonce)).isPresent();
    }

    /**
     * Creates the next object. Only the leader of the generation does this.
     *
     * @return its number
     * @throws FencedException when the chain is sealed, so that the document is not in it and never will be
     */
    long append(String document) throws IOException {
        String nonce = UUID.randomUUID().toString();
        byte[] text = Documents.bytes(document);
        byte[] head = ("document " + nonce + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] content = new byte[head.length + text.length];
        System.arraycopy(head, 0, content, 0, head.length);
        System.arraycopy(text, 0, content, head.length, text.length);
        for (int i = 0; i < ATTEMPTS_MAX; i++) {
            long number = next;
            if (objects.create(name(number), content)) {
                next = number + 1;
                return number;
            }
            String there = objects.get(name(number)).map(S3Chain::head).orElse("");
            if (there.equals("document " + nonce) || there.equals("superseded " + nonce)) {
                next = number + 1;
                return number;
            }
            if (!there.startsWith("document ")) {
                throw new FencedException("generation " + generation + " is sealed in " + objects
                        + "; nothing was written");
            }
            // An earlier attempt, of which nothing was heard.
            next = number + 1;
        }
        throw new IOException("the chain " + prefix + " in " + objects + " is written by somebody else");
    }

    /** Deletes what is no longer needed while this process leads; what fails is left to {@link #leftovers}. */
    void forgetOld() {
        long old = next - 1 - KEPT;
        if (old > 0) {
            try {
                objects.delete(name(old));
            } catch (IOException _) {
                // A later leader deletes it.
            }
        }
    }

    /**
     * Makes sure that nothing is appended any more.
     *
     * @return number of the last document, 0 when there is none
     */
    long seal(int attemptsMax) throws IOException {
        for (int i = 0; i < attemptsMax; i++) {
            ObjectStore.Entry end = end(list());
            long number = end == null ? 0 : numberOf(end.name());
            if (end != null && end.bytes() == 0) {
                return number - 1;
            }
            // Looked at again afterwards: the list may have been older than what has been written, and deleted, since.
            objects.create(name(number + 1), new byte[0]);
        }
        throw new IOException(
                "the generation " + generation + " is written faster than it can be sealed in " + objects);
    }

    Written read(long number) throws IOException {
        Optional<byte[]> content = objects.get(name(number));
        String text = new String(content.orElseThrow(
                () -> new IOException(name(number) + " is missing in " + objects + ": somebody has deleted it")),
                StandardCharsets.UTF_8);
        if (text.startsWith("superseded ")) {
            throw new FencedException("a later generation has begun in " + objects);
        }
        int line = text.indexOf('\n');
        if (line < 0 || !text.startsWith("document ")) {
            throw new IOException(name(number) + " in " + objects + " is no state that was written here");
        }
        return new Written(generation, number, text.substring(line + 1));
    }

    /**
     * Of a sealed chain that is no longer needed: makes the last document small and answers what can be deleted. Its number
     * stays taken, as the seal's does.
     */
    List<String> leftovers() throws IOException {
        List<ObjectStore.Entry> all = list();
        List<String> names = new ArrayList<>();
        if (!isSealed(all)) {
            return names;
        }
        ObjectStore.Entry seal = end(all);
        long last = seal == null ? 0 : numberOf(seal.name()) - 1;
        for (ObjectStore.Entry entry : all) {
            long number = numberOf(entry.name());
            if (number < 0 || (number > 0 && number < last)) {
                names.add(entry.name());
            }
        }
        String head = last < 1 ? "" : objects.get(name(last)).map(S3Chain::head).orElse("");
        if (head.startsWith("document ")) {
            objects.replace(name(last),
                    (head.replace("document ", "superseded ") + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return names;
    }

    private static String head(byte[] content) {
        int end = 0;
        while (end < content.length && content[end] != '\n') {
            end++;
        }
        return new String(content, 0, end, StandardCharsets.UTF_8);
    }
}
