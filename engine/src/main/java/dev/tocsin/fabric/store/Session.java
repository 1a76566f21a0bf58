package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a master knows of one client, so that a request that comes twice counts once, at this master or the next: how far
 * it has come, and the replies that the client may not have got. Kept with the changes, in the same transaction.
 */
final class Session {
    /** What is to be done with a request. */
    enum Turn {
        /** It is the next. */
        NOW,
        /** It was done; the reply is known. */
        DONE,
        /** The client does not wait for it any more, or one before it is missing: the client will send them again. */
        NOT_NOW
    }

    private final TreeMap<Long, Reply> replies = new TreeMap<>();
    private long last;
    private long oldest = 1;
    private long usedMillis;

    Turn turn(Request request) {
        if (request.oldest() > oldest) {
            oldest = request.oldest();
            replies.headMap(oldest).clear();
        }
        if (replies.containsKey(request.id())) {
            return Turn.DONE;
        }
        return request.id() == Math.max(last + 1, oldest) ? Turn.NOW : Turn.NOT_NOW;
    }

    @Nullable
    Reply reply(long id) {
        return replies.get(id);
    }

    void done(Reply reply, long nowMillis) {
        last = reply.id();
        replies.put(reply.id(), reply);
        usedMillis = nowMillis;
    }

    long usedMillis() {
        return usedMillis;
    }

    byte[] toBytes() {
        return BinValues.write(Operation.vector(Value.integer(last), Value.integer(oldest), Value.integer(usedMillis),
                new Vector(replies.values().stream().map(Reply::toValue).toList())));
    }

    /** @throws ValueException if it is none */
    static Session read(byte[] bytes) {
        if (BinValues.read(bytes) instanceof Vector v && v.size() == 4 && v.get(0) instanceof Value.Int last
                && v.get(1) instanceof Value.Int oldest && v.get(2) instanceof Value.Int used
                && v.get(3) instanceof Vector replies) {
            Session session = new Session();
            session.last = last.value();
            session.oldest = oldest.value();
            session.usedMillis = used.value();
            List<Value> all = new ArrayList<>(replies.items());
            all.stream().map(Reply::of).forEach(r -> session.replies.put(r.id(), r));
            return session;
        }
        throw new ValueException("not a session of a store");
    }
}
