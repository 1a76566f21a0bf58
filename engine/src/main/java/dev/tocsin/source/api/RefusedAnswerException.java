package dev.tocsin.source.api;

import dev.tocsin.source.api.Transport.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An answer of another status than 2xx. */
final class RefusedAnswerException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int WORDS_MAX = 200;

    private final transient Answer answer;

    RefusedAnswerException(String what, Answer answer) {
        super(what + ": status " + answer.status() + words(answer));
        this.answer = answer;
    }

    private static String words(Answer answer) {
        int length = Math.min(WORDS_MAX, answer.body().length);
        return length == 0 ? "" : " (" + new String(answer.body(), 0, length, StandardCharsets.UTF_8).strip() + ")";
    }

    Answer answer() {
        return answer;
    }
}
