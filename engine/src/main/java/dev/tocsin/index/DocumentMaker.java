package dev.tocsin.index;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;
import tools.jackson.databind.JsonNode;

/**
 * Makes Lucene documents of events, by the plan of {@link Fields}. Owned by one thread. The document it returns is valid
 * until the next one is made.
 *
 * <p>What a document may cost is bounded: after {@link #LEAVES_MAX} values the rest is found as free text only, after
 * {@link #CHARS_MAX} characters not at all; the document then matches {@code _truncated:true}. The stored body is always
 * whole.
 */
final class DocumentMaker {
    static final int LEAVES_MAX = 20_000;
    static final int CHARS_MAX = 4_000_000;
    /** Between two values of one field, so that no phrase reaches from one into the next. */
    private static final int GAP = 100;
    private static final int PATHS_KNOWN_MAX = 20_000;
    private static final byte[] NO_PREFIX = new byte[0];
    private static final FieldType WORDS = type(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
    private static final FieldType WHOLE = type(IndexOptions.DOCS);

    /** A path as terms need it. */
    private record Known(String name, byte[] prefix, long hash, boolean longText, boolean envelope) {
    }

    private final Map<String, Known> paths = new HashMap<>();
    private final Set<String> pathsSeen = new HashSet<>();
    private final TermBuffer exact = new TermBuffer();
    private final TermBuffer text = new TermBuffer();
    private final TermBuffer all = new TermBuffer();
    private final TermBuffer pathTerms = new TermBuffer();
    private final List<Field> streams = List.of(new Field(Fields.EXACT, exact, WHOLE),
            new Field(Fields.TEXT, text, WORDS), new Field(Fields.ALL, all, WORDS),
            new Field(Fields.PATHS, pathTerms, WHOLE));
    private Document document = new Document();
    private int leaves;
    private int chars;
    private boolean truncated;

    /** The name of a document: its kind and its id. */
    static BytesRef key(String kind, EventId id) {
        return new BytesRef(
                ByteBuffer.allocate(17).put((byte) kind.charAt(0)).putLong(id.high()).putLong(id.low()).array());
    }

    /**
     * @throws tools.jackson.core.JacksonException when the body is no JSON
     * @throws IllegalArgumentException when it is no object
     */
    Document make(String kind, Event event) {
        JsonNode body = Json.read(event.json());
        if (!body.isObject()) {
            throw new IllegalArgumentException("the body is not a JSON object");
        }
        begin();
        addEnvelope(kind, event);
        Leaves.each(body, this::leaf);
        if (truncated) {
            exact(known("_truncated"), "true");
        }
        streams.forEach(document::add);
        return document;
    }

    private void begin() {
        document = new Document();
        List.of(exact, text, all, pathTerms).forEach(TermBuffer::empty);
        pathsSeen.clear();
        leaves = 0;
        chars = 0;
        truncated = false;
    }

    private void addEnvelope(String kind, Event event) {
        document.add(new StringField(Fields.KEY, key(kind, event.id()), Field.Store.YES));
        document.add(new StringField(Fields.KIND, kind, Field.Store.YES));
        document.add(new StringField(Fields.CUSTOMER, bounded(event.customer()), Field.Store.YES));
        document.add(new LongField(Fields.TIME, Fields.micros(event.time()), Field.Store.YES));
        document.add(new StoredField(Fields.INDEX, event.index()));
        document.add(new StoredField(Fields.SOURCE, event.source()));
        document.add(new StoredField(Fields.ORIGIN, event.origin().toString()));
        document.add(new StoredField(Fields.BODY, event.json()));
        exact(known("tocsin.id"), event.id().toString());
        exact(known("tocsin.customer"), Fields.lower(event.customer()));
        exact(known("tocsin.source"), Fields.lower(event.source()));
        exact(known("tocsin.origin"), Fields.lower(event.origin().toString()));
        exact(known("_kind"), kind);
        exact(known("_index"), Fields.lower(event.index()));
        words(all, NO_PREFIX, event.id().toString());
    }

    /** Names come from the configuration; were one ever absurdly long, the document must not fail for it. */
    static String bounded(String name) {
        return name.length() <= 4096 ? name : name.substring(0, 4096);
    }

    private void leaf(String path, JsonNode value) {
        if (value.isBoolean()) {
            if (wanted(path)) {
                exact(known(path), value.asString());
            }
            return;
        }
        String lower = Fields.lower(value.isFloatingPointNumber()
                ? Values.plain(value.doubleValue())
                : value.asString());
        if (chars + lower.length() > CHARS_MAX) {
            truncated = true;
            lower = lower.substring(0, Math.max(0, CHARS_MAX - chars));
        }
        chars += lower.length();
        Known known = wanted(path) ? known(path) : null;
        if (known == null) {
            words(all, NO_PREFIX, lower);
        } else if (known.longText) {
            path(known);
            words(text, known.prefix, lower);
        } else if (!known.envelope) {
            exact(known, lower);
            words(all, NO_PREFIX, lower);
            if (!points(known, lower, value.isNumber()) && !Words.isOne(lower)) {
                words(text, known.prefix, lower);
            }
        }
    }

    private boolean wanted(String path) {
        if (++leaves > LEAVES_MAX || path.length() > Fields.PATH_CHARS_MAX) {
            truncated = true;
            return false;
        }
        return true;
    }

    private Known known(String path) {
        Known known = paths.get(path);
        if (known == null) {
            if (paths.size() >= PATHS_KNOWN_MAX) {
                paths.clear();
            }
            String name = Fields.path(path);
            known = new Known(name, Fields.prefix(name).getBytes(StandardCharsets.UTF_8), Fields.hash(name),
                    Fields.LONG_TEXTS.contains(name), Fields.ENVELOPE.contains(name));
            paths.put(path, known);
        }
        return known;
    }

    private void path(Known known) {
        if (pathsSeen.add(known.name)) {
            pathTerms.add(NO_PREFIX, known.name, 0, known.name.length(), 1);
        }
    }

    private void exact(Known known, String value) {
        path(known);
        exact.add(known.prefix, value, 0, Math.min(value.length(), Fields.EXACT_BYTES_MAX), 1);
        if (exact.cut(known.prefix.length + Fields.EXACT_BYTES_MAX)
                || value.length() > Fields.EXACT_BYTES_MAX) {
            truncated = true;
        }
    }

    /** @return whether the value is a number, a date or an address: it then has no words, 1 must not find 1.5 */
    private boolean points(Known known, String value, boolean isNumber) {
        if (isNumber) {
            point(Fields.NUMBER, known, NumericUtils.doubleToSortableLong(Double.parseDouble(value) + 0.0));
            return true;
        }
        if (value.isEmpty() || value.charAt(0) > '9') {
            return false;
        }
        int before = document.getFields().size();
        Values.number(value)
                .ifPresent(n -> point(Fields.NUMBER, known, NumericUtils.doubleToSortableLong(n + 0.0)));
        Values.date(value).ifPresent(micros -> point(Fields.DATE, known, micros));
        Values.address(value).ifPresent(address -> point(Fields.ADDRESS, known, address));
        return document.getFields().size() > before;
    }

    private void point(String field, Known known, long value) {
        document.add(new LongPoint(field, known.hash, value));
    }

    private static void words(TermBuffer to, byte[] prefix, String value) {
        int[] step = {GAP};
        Words.each(value, (t, start, end) -> {
            to.add(prefix, t, start, end, step[0]);
            step[0] = 1;
        });
    }

    private static FieldType type(IndexOptions options) {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setOmitNorms(true);
        type.setIndexOptions(options);
        type.freeze();
        return type;
    }
}
