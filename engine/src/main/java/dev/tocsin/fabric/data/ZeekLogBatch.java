package dev.tocsin.fabric.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Log records as a Zeek node sends them to a logger: the last part of a {@code log-write} message, big endian.
 *
 * @param stream the log's id, {@code Conn::LOG}
 * @param writer what Zeek itself would write with, {@code Log::WRITER_ASCII}
 * @param filter name of the filter that let the records through
 * @param path the log's name, {@code conn}
 * @param records a value for each field; {@link Value#NONE} where a field is not set
 */
public record ZeekLogBatch(String stream, String writer, String filter, String path, List<Field> fields,
        List<List<Value>> records) {
    /**
     * A column.
     *
     * @param secondary another name, empty if it has none
     * @param type Zeek's number of the type, see {@link ZeekLogType}
     * @param subtype of the elements, 0 if it has none
     * @param optional may be absent
     */
    public record Field(String name, String secondary, int type, int subtype, boolean optional) {
        public Field(String name, int type, int subtype) {
            this(name, "", type, subtype, true);
        }
    }

    public ZeekLogBatch {
        fields = List.copyOf(fields);
        records = records.stream().<List<Value>>map(List::copyOf).toList();
        for (List<Value> one : records) {
            if (one.size() != fields.size()) {
                throw new ValueException("a record has " + one.size() + " values for " + fields.size() + " fields");
            }
        }
    }

    /** @throws ValueException if it is not exactly one batch; nothing of it is to be believed then */
    public static ZeekLogBatch read(byte[] payload) {
        BinReader in = new BinReader(payload, 0, payload.length);
        String stream = in.string32("the stream").utf8();
        String writer = in.string32("the writer").utf8();
        String filter = in.string32("the filter").utf8();
        String path = in.string32("the path").utf8();
        int count = in.count32("the number of fields", 14);
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String second = in.u8("a field") == 0 ? "" : in.string32("a field's second name").utf8();
            fields.add(new Field(in.string32("a field's name").utf8(), second, in.u32("a field's type"),
                    in.u32("a field's subtype"), in.u8("a field") != 0));
        }
        int size = in.count32("the number of records", Math.max(1, 9 * count));
        List<List<Value>> records = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<Value> values = new ArrayList<>(count);
            for (int j = 0; j < count; j++) {
                values.add(ZeekLogType.read(in));
            }
            records.add(values);
        }
        in.end();
        return new ZeekLogBatch(stream, writer, filter, path, fields, records);
    }

    /** @throws ValueException if a value is not of its field's type */
    public byte[] write() {
        BinWriter out = new BinWriter();
        out.string32(stream);
        out.string32(writer);
        out.string32(filter);
        out.string32(path);
        out.u32(fields.size());
        for (Field field : fields) {
            out.u8(field.secondary().isEmpty() ? 0 : 1);
            if (!field.secondary().isEmpty()) {
                out.string32(field.secondary());
            }
            out.string32(field.name());
            out.u32(field.type());
            out.u32(field.subtype());
            out.u8(field.optional() ? 1 : 0);
        }
        out.u32(records.size());
        for (List<Value> one : records) {
            for (int i = 0; i < fields.size(); i++) {
                ZeekLogType.write(one.get(i), fields.get(i).type(), fields.get(i).subtype(), out);
            }
        }
        return out.toByteArray();
    }
}
