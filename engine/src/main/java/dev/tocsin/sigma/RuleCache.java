package dev.tocsin.sigma;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was read of rule files before, so that a load in which one file of thousands has changed reads one. A file is the
 * same when its name and the SHA-256 of its bytes are. What no load of the last few has used is forgotten, so a cache holds
 * about as much as the rule sets do. Thread-safe.
 */
public final class RuleCache {
    /** For how many loads what is not used is kept. */
    private static final int LOADS_KEPT = 16;

    private final Map<String, Kept> files = new HashMap<>();
    /** By whether placeholders without values stay; by identity, since equality would compare whole documents. */
    private final Map<Boolean, IdentityHashMap<RuleDocument, Answer>> rules = Map.of(true, new IdentityHashMap<>(),
            false, new IdentityHashMap<>());
    private int load;

    /** What a file says about itself; a document that is no rule has neither. */
    public record Head(@Nullable String id, @Nullable String title, @Nullable String author) {
    }

    private static final class Kept {
        private final byte[] digest;
        private final Documents documents;
        private int used;

        Kept(byte[] digest, Documents documents) {
            this.digest = digest;
            this.documents = documents;
        }
    }

    /** The documents of a file, and what is wrong with others. */
    record Documents(List<RuleDocument> documents, List<SigmaProblem> problems) {
        Documents {
            documents = List.copyOf(documents);
            problems = List.copyOf(problems);
        }
    }

    /** A rule, or why it is none. */
    private record Answer(@Nullable SigmaRule rule, @Nullable RuleRefused refused) {
    }

    /** A load begins. */
    synchronized void begin() {
        load++;
        if (files.values().removeIf(kept -> kept.used + LOADS_KEPT < load)) {
            Map<RuleDocument, Boolean> left = new IdentityHashMap<>();
            files.values().forEach(kept -> kept.documents.documents.forEach(d -> left.put(d, true)));
            rules.values().forEach(answers -> answers.keySet().removeIf(d -> !left.containsKey(d)));
        }
    }

    /** What the rules and correlations in a file are called. @param file its name as it will be loaded by */
    public List<Head> heads(String file, byte[] bytes) {
        return documents(file, bytes).documents.stream().map(d -> {
            YamlNode author = d.root().get("author");
            return new Head(d.root().text("id"), d.root().text("title"), author instanceof YamlNode.Scalar s
                    ? s.text()
                    : null);
        }).toList();
    }

    Documents documents(String file, byte[] bytes) {
        byte[] digest = digest(bytes);
        synchronized (this) {
            Kept kept = files.get(file);
            if (kept != null && MessageDigest.isEqual(kept.digest, digest)) {
                kept.used = load;
                return kept.documents;
            }
        }
        Documents read = read(file, bytes);
        synchronized (this) {
            Kept kept = new Kept(digest, read);
            kept.used = load;
            files.put(file, kept);
        }
        return read;
    }

    private static Documents read(String file, byte[] bytes) {
        List<SigmaProblem> problems = new ArrayList<>();
        try {
            YamlReader.Documents read = YamlReader.read(file, text(bytes));
            problems.addAll(read.problems());
            List<RuleDocument> documents = RuleDocument.of(file, read.documents(), problems);
            return new Documents(documents, problems);
        } catch (CharacterCodingException _) {
            return new Documents(List.of(),
                    List.of(new Place(file, 1, 1).error("S119", "the file is not UTF-8", "save it as UTF-8")));
        } catch (IOException e) {
            return new Documents(List.of(),
                    List.of(Place.wholeOf(file).error("S119", "the file cannot be read: " + e, "")));
        }
    }

    private static String text(byte[] bytes) throws IOException {
        String text = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    /** @param open as in {@link Placeholders}, which have no values. @throws RuleRefused as the reader */
    SigmaRule rule(RuleReader reader, RuleDocument document, boolean open) {
        IdentityHashMap<RuleDocument, Answer> answers = java.util.Objects.requireNonNull(rules.get(open));
        Answer answer;
        synchronized (this) {
            answer = answers.get(document);
        }
        if (answer == null) {
            answer = ask(reader, document);
            synchronized (this) {
                answers.put(document, answer);
            }
        }
        if (answer.rule == null) {
            throw java.util.Objects.requireNonNull(answer.refused);
        }
        return answer.rule;
    }

    private static Answer ask(RuleReader reader, RuleDocument document) {
        try {
            return new Answer(reader.read(document), null);
        } catch (RuleRefused e) {
            return new Answer(null, e);
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
