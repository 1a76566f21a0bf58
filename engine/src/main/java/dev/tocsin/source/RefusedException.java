package dev.tocsin.source;

/** A request is turned away before anything of it was accepted; carries the answer. */
final class RefusedException extends RuntimeException {
    private final transient HecReply reply;

    RefusedException(HecReply reply, String detail) {
        super(detail.isEmpty() ? reply.text() : reply.text() + ": " + detail, null, false, false);
        this.reply = reply;
    }

    RefusedException(HecReply reply) {
        this(reply, "");
    }

    HecReply reply() {
        return reply;
    }
}
