package dev.tocsin.fabric.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** An SQLite file with the tables of a copy, open: one connection that writes, one that reads, and their statements. */
final class SqliteFile implements AutoCloseable {
    /** In format 1 the mark had neither log nor whole_at. */
    private static final int FORMAT = 2;
    private static final int CORRUPT = 11;
    private static final int NO_DATABASE = 26;
    private static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS entries(key BLOB PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL,"
                    + " span INTEGER NOT NULL, due INTEGER NOT NULL, hash INTEGER NOT NULL) WITHOUT ROWID",
            "CREATE INDEX IF NOT EXISTS dues ON entries(due) WHERE due > 0",
            "CREATE TABLE IF NOT EXISTS sessions(client BLOB PRIMARY KEY, told BLOB NOT NULL)",
            "CREATE TABLE IF NOT EXISTS mark(one INTEGER PRIMARY KEY, revision INTEGER, size INTEGER, digest INTEGER,"
                    + " position INTEGER, at INTEGER)");
    private static final List<String> TO_2 = List.of("ALTER TABLE mark ADD COLUMN log TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE mark ADD COLUMN whole_at INTEGER NOT NULL DEFAULT 0");
    static final String ENTRY = "value, revision, span, due, hash";

    final Path path;
    final Connection writer;
    final Connection reader;
    final PreparedStatement get;
    final PreparedStatement put;
    final PreparedStatement remove;
    final PreparedStatement dues;
    final PreparedStatement next;
    final PreparedStatement tell;
    final PreparedStatement forget;
    final PreparedStatement setMark;

    SqliteFile(Path path, SqliteEntries.Durability durability) throws SQLException, IOException {
        this.path = path;
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        writer = connect(path, durability);
        Connection second = null;
        try {
            prepareTables();
            put = writer.prepareStatement("INSERT OR REPLACE INTO entries(key, " + ENTRY + ") VALUES(?,?,?,?,?,?)");
            remove = writer.prepareStatement("DELETE FROM entries WHERE key=?");
            tell = writer.prepareStatement("INSERT OR REPLACE INTO sessions VALUES(?,?)");
            forget = writer.prepareStatement("DELETE FROM sessions WHERE client=?");
            setMark = writer.prepareStatement("INSERT OR REPLACE INTO mark(one, revision, size, digest, position, at,"
                    + " log, whole_at) VALUES(1,?,?,?,?,?,?,?)");
            second = connect(path, durability);
            reader = second;
            get = reader.prepareStatement("SELECT " + ENTRY + " FROM entries WHERE key=?");
            dues = reader.prepareStatement("SELECT key FROM entries WHERE due>0 AND due<=? ORDER BY due LIMIT ?");
            next = reader.prepareStatement("SELECT min(due) FROM entries WHERE due>0");
        } catch (SQLException e) {
            writer.close();
            if (second != null) {
                second.close();
            }
            throw e;
        }
    }

    private void prepareTables() throws SQLException {
        int format;
        try (Statement s = writer.createStatement(); ResultSet r = s.executeQuery("PRAGMA user_version")) {
            format = r.getInt(1);
        }
        if (format < 0 || format > FORMAT) {
            throw new SQLException("it has format " + format + ", this version knows " + FORMAT);
        }
        writer.setAutoCommit(false);
        try (Statement s = writer.createStatement()) {
            for (String table : TABLES) {
                s.executeUpdate(table);
            }
            if (format < FORMAT) {
                for (String change : TO_2) {
                    s.executeUpdate(change);
                }
            }
            s.executeUpdate("PRAGMA user_version=" + FORMAT);
        }
        writer.commit();
    }

    static Connection connect(Path path, SqliteEntries.Durability durability) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path.toAbsolutePath());
        try (Statement s = connection.createStatement()) {
            s.execute("PRAGMA journal_mode=WAL");
            s.execute("PRAGMA synchronous=" + durability);
            s.execute("PRAGMA busy_timeout=10000");
            s.execute("PRAGMA cache_size=-16384");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    Entries.Mark mark() throws SQLException {
        try (Statement s = reader.createStatement();
                ResultSet r = s.executeQuery(
                        "SELECT revision, size, digest, position, at, log, whole_at FROM mark")) {
            return r.next()
                    ? new Entries.Mark(r.getLong(1), r.getLong(2), r.getLong(3), new Entries.Place(r.getString(6), r
                            .getLong(4), r.getLong(7)), r.getLong(5))
                    : Entries.Mark.ZERO;
        }
    }

    /** Whether as many entries as the mark says are there, and their hashes add up to its digest. */
    static boolean isAsMarked(Connection connection, Entries.Mark mark) throws SQLException {
        // A plain sum refuses to overflow; a digest is meant to.
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(
                        "SELECT count(*), sum(hash >> 32), sum(hash & 4294967295) FROM entries")) {
            return r.getLong(1) == mark.size() && (r.getLong(2) << 32) + r.getLong(3) == mark.digest();
        }
    }

    /** Whether what SQLite says is that the file is none of its own, or damaged. */
    static boolean isDamage(Exception e) {
        return e instanceof SQLException sql && (sql.getErrorCode() == CORRUPT || sql.getErrorCode() == NO_DATABASE);
    }

    /** Removes the file, with what belongs to it. To be closed before. */
    static void delete(Path path) throws IOException {
        for (String end : List.of("", "-wal", "-shm", "-journal")) {
            Files.deleteIfExists(Path.of(path + end));
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            reader.close();
        } finally {
            writer.close();
        }
    }
}
