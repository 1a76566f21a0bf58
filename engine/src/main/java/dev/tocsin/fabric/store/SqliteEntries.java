package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
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

/**
 * A copy in an SQLite file, as large as the disk allows. A write-ahead log, one transaction for each {@link #apply}: after a
 * crash the file has all of it or nothing. Reading has a connection of its own, so it never waits for the disk of a writer.
 */
final class SqliteEntries implements Entries {
    private static final int FORMAT = 1;
    private static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS entries(key BLOB PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL,"
                    + " span INTEGER NOT NULL, due INTEGER NOT NULL, hash INTEGER NOT NULL) WITHOUT ROWID",
            "CREATE INDEX IF NOT EXISTS dues ON entries(due) WHERE due > 0",
            "CREATE TABLE IF NOT EXISTS sessions(client BLOB PRIMARY KEY, told BLOB NOT NULL)",
            "CREATE TABLE IF NOT EXISTS mark(one INTEGER PRIMARY KEY, revision INTEGER, size INTEGER, digest INTEGER,"
                    + " position INTEGER, at INTEGER)");
    private static final String ENTRY = "value, revision, span, due, hash";

    private final Path file;
    private final Connection writer;
    private final Connection reader;
    private final PreparedStatement get;
    private final PreparedStatement put;
    private final PreparedStatement remove;
    private final PreparedStatement dues;
    private final PreparedStatement next;
    private final PreparedStatement tell;
    private final PreparedStatement forget;
    private final PreparedStatement setMark;
    private volatile Mark mark;
    private volatile long nextDue = -1;

    /** What a commit waits for. */
    enum Durability {
        /** The disk: what was committed survives a power cut. */
        FULL,
        /** Nothing: a power cut may take back the last commits, in order; for copies that can be read again. */
        NORMAL
    }

    private SqliteEntries(Path file, Durability durability) throws SQLException {
        this.file = file;
        writer = connect(file, durability);
        try (Statement s = writer.createStatement(); ResultSet r = s.executeQuery("PRAGMA user_version")) {
            int format = r.getInt(1);
            if (format != 0 && format != FORMAT) {
                throw new SQLException("it has format " + format + ", this version knows " + FORMAT);
            }
        }
        try (Statement s = writer.createStatement()) {
            for (String table : TABLES) {
                s.executeUpdate(table);
            }
            s.executeUpdate("PRAGMA user_version=" + FORMAT);
        }
        writer.setAutoCommit(false);
        put = writer.prepareStatement("INSERT OR REPLACE INTO entries(key, " + ENTRY + ") VALUES(?,?,?,?,?,?)");
        remove = writer.prepareStatement("DELETE FROM entries WHERE key=?");
        tell = writer.prepareStatement("INSERT OR REPLACE INTO sessions VALUES(?,?)");
        forget = writer.prepareStatement("DELETE FROM sessions WHERE client=?");
        setMark = writer.prepareStatement("INSERT OR REPLACE INTO mark VALUES(1,?,?,?,?,?)");
        reader = connect(file, durability);
        get = reader.prepareStatement("SELECT " + ENTRY + " FROM entries WHERE key=?");
        dues = reader.prepareStatement("SELECT key FROM entries WHERE due>0 AND due<=? ORDER BY due LIMIT ?");
        next = reader.prepareStatement("SELECT min(due) FROM entries WHERE due>0");
        mark = readMark();
    }

    /** @throws StoreException when the file cannot be used */
    static SqliteEntries open(Path file, Durability durability) {
        try {
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            return new SqliteEntries(file, durability);
        } catch (SQLException | IOException e) {
            throw failed(file, e);
        }
    }

    private static Connection connect(Path file, Durability durability) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath());
        try (Statement s = connection.createStatement()) {
            s.execute("PRAGMA journal_mode=WAL");
            s.execute("PRAGMA synchronous=" + durability);
            s.execute("PRAGMA busy_timeout=10000");
            s.execute("PRAGMA cache_size=-16384");
        }
        return connection;
    }

    private Mark readMark() throws SQLException {
        try (Statement s = reader.createStatement();
                ResultSet r = s.executeQuery("SELECT revision, size, digest, position, at FROM mark")) {
            return r.next()
                    ? new Mark(r.getLong(1), r.getLong(2), r.getLong(3), r.getLong(4), r.getLong(5))
                    : Mark.ZERO;
        }
    }

    @Override
    public Mark mark() {
        return mark;
    }

    @Override
    public @Nullable Entry get(Value key) {
        synchronized (reader) {
            try {
                get.setBytes(1, BinValues.write(key));
                try (ResultSet r = get.executeQuery()) {
                    return r.next() ? entry(r, 1) : null;
                }
            } catch (SQLException e) {
                throw failed(file, e);
            }
        }
    }

    private static Entry entry(ResultSet r, int at) throws SQLException {
        return new Entry(BinValues.read(r.getBytes(at)), r.getLong(at + 1), r.getLong(at + 2), r.getLong(at + 3), r
                .getLong(at + 4));
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
            put.executeBatch();
            remove.executeBatch();
            for (Map.Entry<UUID, byte[]> session : sessions.entrySet()) {
                PreparedStatement statement = session.getValue().length == 0 ? forget : tell;
                statement.setBytes(1, bytes(session.getKey()));
                if (statement == tell) {
                    statement.setBytes(2, session.getValue());
                }
                statement.executeUpdate();
            }
            long[] fields = {to.revision(), to.size(), to.digest(), to.position(), to.atMillis()};
            for (int i = 0; i < fields.length; i++) {
                setMark.setLong(i + 1, fields[i]);
            }
            setMark.executeUpdate();
            writer.commit();
            mark = to;
            if (!changes.isEmpty()) {
                nextDue = -1;
            }
        } catch (SQLException e) {
            undo(e);
            throw failed(file, e);
        }
    }

    private void apply(Change change) throws SQLException {
        byte[] key = BinValues.write(change.key());
        Entry after = change.after();
        if (after == null) {
            remove.setBytes(1, key);
            remove.addBatch();
            return;
        }
        put.setBytes(1, key);
        put.setBytes(2, BinValues.write(after.value()));
        put.setLong(3, after.revision());
        put.setLong(4, after.spanMillis());
        put.setLong(5, after.dueMillis());
        put.setLong(6, after.hash());
        put.addBatch();
    }

    private void undo(SQLException cause) {
        try {
            put.clearBatch();
            remove.clearBatch();
            writer.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public List<Value> due(long nowMillis, int max) {
        if (nextDueMillis() > nowMillis) {
            return List.of();
        }
        synchronized (reader) {
            try {
                dues.setLong(1, nowMillis);
                dues.setInt(2, max);
                List<Value> due = new ArrayList<>();
                try (ResultSet r = dues.executeQuery()) {
                    while (r.next()) {
                        due.add(BinValues.read(r.getBytes(1)));
                    }
                }
                return due;
            } catch (SQLException e) {
                throw failed(file, e);
            }
        }
    }

    @Override
    public long nextDueMillis() {
        long known = nextDue;
        if (known >= 0) {
            return known;
        }
        synchronized (reader) {
            try (ResultSet r = next.executeQuery()) {
                long due = r.getLong(1);
                nextDue = r.wasNull() ? Long.MAX_VALUE : due;
                return nextDue;
            } catch (SQLException e) {
                throw failed(file, e);
            }
        }
    }

    @Override
    public Map<UUID, byte[]> sessions() {
        synchronized (reader) {
            Map<UUID, byte[]> all = new HashMap<>();
            try (Statement s = reader.createStatement(); ResultSet r = s.executeQuery("SELECT * FROM sessions")) {
                while (r.next()) {
                    ByteBuffer id = ByteBuffer.wrap(r.getBytes(1));
                    all.put(new UUID(id.getLong(), id.getLong()), r.getBytes(2));
                }
                return all;
            } catch (SQLException e) {
                throw failed(file, e);
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
            return new Cursor(connect(file, Durability.NORMAL));
        } catch (SQLException e) {
            throw failed(file, e);
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
            this.rows = statement.executeQuery("SELECT key, " + ENTRY + " FROM entries");
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
                Map.Entry<Value, Entry> row = Map.entry(BinValues.read(rows.getBytes(1)), entry(rows, 2));
                more = rows.next();
                return row;
            } catch (SQLException e) {
                throw failed(file, e);
            }
        }

        @Override
        public void close() {
            try {
                statement.close();
                connection.close();
            } catch (SQLException e) {
                throw failed(file, e);
            }
        }
    }

    @Override
    public void reset() {
        try {
            execute("DELETE FROM entries");
            execute("DELETE FROM sessions");
            execute("DELETE FROM mark");
            writer.commit();
            mark = Mark.ZERO;
            nextDue = -1;
        } catch (SQLException e) {
            undo(e);
            throw failed(file, e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement s = writer.createStatement()) {
            s.executeUpdate(sql);
        }
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits())
                .array();
    }

    @Override
    public void close() {
        synchronized (reader) {
            try {
                reader.close();
                writer.close();
            } catch (SQLException e) {
                throw failed(file, e);
            }
        }
    }

    private static StoreException failed(Path file, Exception e) {
        return new StoreException(StoreFault.BACKEND, "the file " + file + " cannot be used: " + e.getMessage());
    }
}
