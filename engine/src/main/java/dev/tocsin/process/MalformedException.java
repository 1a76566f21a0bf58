package dev.tocsin.process;

import tools.jackson.core.JacksonException;

/** The input breaks the format that it declares. Never leaves {@link Processor}, which turns it into a dead letter. */
final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Hostile input must not buy a stack walk for each line, hence no stack trace. */
    MalformedException(String message) {
        super(message, null, false, false);
    }

    /** @param offset index into the text, from 0 */
    static MalformedException at(String format, int offset, String what, String hint) {
        return new MalformedException(format + " at offset " + offset + ": " + what + "; " + hint);
    }

    static MalformedException json(String where, JacksonException e) {
        String place = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + " column " + e.getLocation().getColumnNr();
        // The parser's own place says nothing of the text ("Source: REDACTED …").
        String what = e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
        return new MalformedException(where + place + ": " + (what.length() > 300 ? what.substring(0, 300) : what)
                + "; send one complete JSON object per event");
    }
}
