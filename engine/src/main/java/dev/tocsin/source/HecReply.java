package dev.tocsin.source;

/**
 * The answers of Splunk's HTTP Event Collector: HTTP status, code and text as its manual lists them ("Troubleshoot HTTP
 * Event Collector", possible error codes). Shippers act on the code.
 */
enum HecReply {
    SUCCESS(200, 0, "Success"), //
    TOKEN_REQUIRED(401, 2, "Token is required"), //
    INVALID_AUTHORIZATION(401, 3, "Invalid authorization"), //
    INVALID_TOKEN(403, 4, "Invalid token"), //
    NO_DATA(400, 5, "No data"), //
    INVALID_DATA(400, 6, "Invalid data format"), //
    INTERNAL_ERROR(500, 8, "Internal server error"), //
    BUSY(503, 9, "Server is busy"), //
    CHANNEL_MISSING(400, 10, "Data channel is missing"), //
    CHANNEL_INVALID(400, 11, "Invalid data channel"), //
    EVENT_REQUIRED(400, 12, "Event field is required"), //
    EVENT_BLANK(400, 13, "Event field cannot be blank"), //
    ACK_DISABLED(400, 14, "ACK is disabled"), //
    FIELDS_INVALID(400, 15, "Error in handling indexed fields"), //
    QUERY_AUTHORIZATION(400, 16, "Query string authorization is not enabled"), //
    HEALTHY(200, 17, "HEC is healthy"), //
    UNHEALTHY(503, 18, "HEC is unhealthy, queues are full"), //
    NOT_FOUND(404, 404, "The requested URL was not found on this server."), //
    METHOD(405, 405, "The requested method is not allowed for this URL."), //
    TOO_SLOW(408, 6, "The request took too long to arrive"), //
    TOO_LARGE(413, 27, "Request entity too large"), //
    ENCODING(415, 6, "Content-Encoding must be gzip, deflate or identity");

    private final int status;
    private final int code;
    private final String text;

    HecReply(int status, int code, String text) {
        this.status = status;
        this.code = code;
        this.text = text;
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }

    String text() {
        return text;
    }
}
