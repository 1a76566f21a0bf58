package dev.tocsin.web;

/**
 * A request that cannot be answered as asked, said so that the caller can mend it. Becomes a {@link ProblemDocument}.
 */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String title;
    private final String hint;

    ApiError(int status, String title, String detail, String hint) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
        this.hint = hint;
    }

    static ApiError badRequest(String detail, String hint) {
        return new ApiError(400, "Bad request", detail, hint);
    }

    static ApiError notFound(String detail, String hint) {
        return new ApiError(404, "Not found", detail, hint);
    }

    ProblemDocument document() {
        String detail = getMessage();
        return new ProblemDocument(status, title, detail == null ? "" : detail, hint);
    }
}
