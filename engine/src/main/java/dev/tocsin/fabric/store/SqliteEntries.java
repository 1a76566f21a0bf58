package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy in an SQLite file, as large as the disk allows. A write-ahead log, one transaction for each {@link #apply}: after a
 * crash the file has all of it or nothing. Reading has a connection of its own, so it never waits for the disk of a writer.
 */
final class SqliteEntries implements Entries {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteEntries.class);

    private final Path file;
    private final Durability durability;
    private final Object reading = new Object();
    private SqliteFile db;
    private volatile Mark mark;
    private volatile long nextDue = -1;
    private volatile boolean damaged;

    /** What a commit waits for. */
    enum Durability {
        /** The disk: what was committed survives a power cut. */
        FULL,
        /** Nothing: a power cut may take back the last commits, in order; for copies that can be read again. */
        NORMAL
    }

    private SqliteEntries(SqliteFile db, Durability durability) throws SQLException {
        this.file = db.path;
        this.durability = durability;
        this.db = db;
        this.mark = db.mark();
    }

    /** @throws StoreException when the file cannot be used */
    static SqliteEntries open(Path file, Durability durability) {
        try {
            return new SqliteEntries(new SqliteFile(file, durability), durability);
        } catch (SQLException | IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Opens a copy of what can be read again elsewhere: one that is damaged is thrown away.
     *
     * @throws StoreException when there can be no file
     */
    static SqliteEntries openCopy(Path file, Durability durability) {
        try {
            return new SqliteEntries(new SqliteFile(file, durability), durability);
        } catch (SQLException | IOException e) {
            if (!SqliteFile.isDamage(e)) {
                throw failed(file, e);
            }
            LOG.warn("the file {} is damaged, and read anew: {}", file, e.getMessage());
        }
        try {
            SqliteFile.delete(file);
        } catch (IOException e) {
            throw failed(file, e);
        }
        return open(file, durability);
    }

    @Override
    public Mark mark() {
        return mark;
    }

    @Override
    public @Nullable Entry get(Value key) {
        synchronized (reading) {
            try {
                db.get.setBytes(1, BinValues.write(key));
                try (ResultSet r = db.get.executeQuery()) {
                    return r.next() ? entry(key, r, 1) : null;
                }
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    /** A bit that was turned on the disk is not believed; SQLite would not see it. */
    private Entry entry(Value key, ResultSet r, int at) throws SQLException {
        long hash = r.getLong(at + 4);
        try {
            Entry entry = Entry.of(key, BinValues.read(r.getBytes(at)), r.getLong(at + 1), r.getLong(at + 2), r
                    .getLong(at + 3));
            if (entry.hash() == hash) {
                return entry;
            }
        } catch (ValueException e) {
            LOG.debug("no value", e);
        }
        damaged = true;
        throw new StoreException(StoreFault.BACKEND,
                "the file " + file + " is damaged: a value is not what was written");
    }

    @Override
    public void apply(List<Change> changes, Map<UUID, byte[]> sessions, Mark to) {
        try {
            Map<Value, Change> last = new HashMap<>();
            for (Change change : changes) {
                if (change.kind() == Change.Kind.CLEAR) {
                    last.clear();
                    execute("DELETE FROM entries");
                } else {
                    last.put(change.key(), change);
                }
            }
            for (Change change : last.values()) {
                apply(change);
            }
            db.put.executeBatch();
            db.remove.executeBatch();
            for (Map.Entry<UUID, byte[]> session : sessions.entrySet()) {
                PreparedStatement statement = session.getValue().length == 0 ? db.forget : db.tell;
                statement.setBytes(1, bytes(session.getKey()));
                if (statement == db.tell) {
                    statement.setBytes(2, session.getValue());
                }
                statement.executeUpdate();
            }
            long[] fields = {to.revision(), to.size(), to.digest(), to.place().position(), to.atMillis()};
            for (int i = 0; i < fields.length; i++) {
                db.setMark.setLong(i + 1, fields[i]);
            }
            db.setMark.setString(6, to.place().log());
            db.setMark.setLong(7, to.place().wholeAt());
            db.setMark.executeUpdate();
            db.writer.commit();
            mark = to;
            if (!changes.isEmpty()) {
                nextDue = -1;
            }
        } catch (SQLException e) {
            undo(e);
            throw failed(e);
        }
    }

    private void apply(Change change) throws SQLException {
        byte[] key = BinValues.write(change.key());
        Entry after = change.after();
        if (after == null) {
            db.remove.setBytes(1, key);
            db.remove.addBatch();
            return;
        }
        db.put.setBytes(1, key);
        db.put.setBytes(2, BinValues.write(after.value()));
        db.put.setLong(3, after.revision());
        db.put.setLong(4, after.spanMillis());
        db.put.setLong(5, after.dueMillis());
        db.put.setLong(6, after.hash());
        db.put.addBatch();
    }

    private void undo(SQLException cause) {
        try {
            db.put.clearBatch();
            db.remove.clearBatch();
            db.writer.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public List<Value> due(long nowMillis, int max) {
        if (nextDueMillis() > nowMillis) {
            return List.of();
        }
        synchronized (reading) {
            try {
                db.dues.setLong(1, nowMillis);
                db.dues.setInt(2, max);
                List<Value> due = new ArrayList<>();
                try (ResultSet r = db.dues.executeQuery()) {
                    while (r.next()) {
                        due.add(BinValues.read(r.getBytes(1)));
                    }
                }
                return due;
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    @Override
    public long nextDueMillis() {
        long known = nextDue;
        if (known >= 0) {
            return known;
        }
        synchronized (reading) {
            try (ResultSet r = db.next.executeQuery()) {
                long due = r.getLong(1);
                nextDue = r.wasNull() ? Long.MAX_VALUE : due;
                return nextDue;
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    @Override
    public Map<UUID, byte[]> sessions() {
        synchronized (reading) {
            Map<UUID, byte[]> all = new HashMap<>();
            try (Statement s = db.reader.createStatement(); ResultSet r = s.executeQuery("SELECT * FROM sessions")) {
                while (r.next()) {
                    ByteBuffer id = ByteBuffer.wrap(r.getBytes(1));
                    all.put(new UUID(id.getLong(), id.getLong()), r.getBytes(2));
                }
                return all;
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    @Override
    public long bytes() {
        long sum = 0;
        for (String end : List.of("", "-wal")) {
            try {
                sum += Files.size(Path.of(file + end));
            } catch (IOException _) {
                // A file without a log is whole in itself; one that is gone will be told of by whoever reads it.
            }
        }
        return sum;
    }

    @Override
    public Snapshot snapshot() {
        try {
            return new Cursor(SqliteFile.connect(file, Durability.NORMAL));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A reading transaction on a connection of its own sees the file as it is when the first row is fetched: now. */
    private final class Cursor implements Snapshot {
        private final Connection connection;
        private final Statement statement;
        private final ResultSet rows;
        private boolean more;

        Cursor(Connection connection) throws SQLException {
            this.connection = connection;
            this.statement = connection.createStatement();
            this.rows = statement.executeQuery("SELECT key, " + SqliteFile.ENTRY + " FROM entries");
            this.more = rows.next();
        }

        @Override
        public boolean hasNext() {
            return more;
        }

        @Override
        public Map.Entry<Value, Entry> next() {
            if (!more) {
                throw new NoSuchElementException();
            }
            try {
                Value key = BinValues.read(rows.getBytes(1));
                Map.Entry<Value, Entry> row = Map.entry(key, entry(key, rows, 2));
                more = rows.next();
                return row;
            } catch (SQLException e) {
                throw failed(e);
            }
        }

        @Override
        public void close() {
            try {
                statement.close();
                connection.close();
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    /** On a connection of its own: in a large file it takes a while, and nobody is to wait. */
    @Override
    public void prove() {
        try (Connection connection = SqliteFile.connect(file, durability)) {
            if (!SqliteFile.isAsMarked(connection, mark)) {
                LOG.warn("what is in the file {} is not what it says of itself", file);
                damaged = true;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean isDamaged() {
        return damaged;
    }

    @Override
    public void reset() {
        try {
            if (damaged) {
                renew();
            } else {
                execute("DELETE FROM entries");
                execute("DELETE FROM sessions");
                execute("DELETE FROM mark");
                db.writer.commit();
            }
            mark = Mark.ZERO;
            nextDue = -1;
        } catch (SQLException e) {
            undo(e);
            throw failed(e);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void renew() throws SQLException, IOException {
        synchronized (reading) {
            try {
                db.close();
            } catch (SQLException e) {
                LOG.debug("the damaged file did not close cleanly", e);
            }
            SqliteFile.delete(file);
            db = new SqliteFile(file, durability);
            damaged = false;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement s = db.writer.createStatement()) {
            s.executeUpdate(sql);
        }
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits())
                .array();
    }

    @Override
    public void close() {
        synchronized (reading) {
            try {
                db.close();
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }

    private StoreException failed(Exception e) {
        damaged |= SqliteFile.isDamage(e);
        return failed(file, e);
    }

    private static StoreException failed(Path file, Exception e) {
        return new StoreException(StoreFault.BACKEND, "the file " + file + " cannot be used: " + e.getMessage());
    }
}
