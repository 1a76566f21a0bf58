package dev.tocsin.web;

import dev.tocsin.node.WebConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HttpStatus;
import io.javalin.http.SameSite;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what. Everything needs the admin token unless its route is {@link Access#OPEN}: as {@code Authorization:
 * Bearer}, or as a session cookie that was got with it. A cookie alone changes nothing: browsers send it whoever asks,
 * so a change also needs a header that a foreign page cannot set.
 */
final class Guard {
    private static final String CSRF_HEADER = "X-Tocsin";
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final String POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; "
            + "frame-ancestors 'none'";

    private final AdminToken token;
    private final Sessions sessions;
    private final WebConfig config;
    private final boolean loopback;

    Guard(AdminToken token, Sessions sessions, WebConfig config) {
        this.token = token;
        this.sessions = sessions;
        this.config = config;
        loopback = config.listen().isLoopback();
    }

    /** Runs before everything: the headers that all answers carry, and the refusal of foreign names. */
    void receive(Context ctx) {
        ctx.header("Content-Security-Policy", POLICY).header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY").header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Cross-Origin-Opener-Policy", "same-origin");
        ctx.header("Cache-Control", ctx.path().startsWith("/api/") ? "no-store" : "no-cache");
        String host = ctx.req().getServerName();
        if (!allowed(host)) {
            throw new ApiError(421, "Misdirected request", "this node is not called " + host,
                    "use http://localhost or http://127.0.0.1, or add the name to web.allowed_hosts");
        }
    }

    private boolean allowed(@Nullable String name) {
        if (!loopback && config.allowedHosts().isEmpty()) {
            return true;
        }
        String host = name == null ? "" : name.toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}") || host.equals("[::1]")
                || host.equals("::1") || config.allowedHosts().stream().anyMatch(host::equalsIgnoreCase);
    }

    /** Runs before the handler of a route that exists. */
    void authorize(Context ctx) {
        if (ctx.routeRoles().contains(Access.OPEN)) {
            return;
        }
        String authorization = ctx.header("Authorization");
        if (authorization != null) {
            boolean bearer = authorization.regionMatches(true, 0, "Bearer ", 0, 7);
            if (!bearer || !token.matches(authorization.substring(7).strip())) {
                throw unauthorized(ctx, "the token is wrong");
            }
            return;
        }
        if (!sessions.isOpen(ctx.cookie(cookieName(ctx)))) {
            throw unauthorized(ctx, "no token, and no session or one that has ended");
        }
        if (!READING.contains(ctx.req().getMethod()) && !"1".equals(ctx.header(CSRF_HEADER))) {
            throw new ApiError(403, "Forbidden", "a change by session cookie needs the header X-Tocsin: 1",
                    "send the header, or use Authorization: Bearer");
        }
    }

    private static ApiError unauthorized(Context ctx, String detail) {
        // Browsers show their own password box for Basic only; for Bearer this header is just the standard's demand.
        ctx.header("WWW-Authenticate", "Bearer");
        return new ApiError(401, "Unauthorized", detail,
                "send Authorization: Bearer <token>; the node printed the token, and keeps it in its data directory");
    }

    /** Opens a session when the token is right. */
    boolean login(Context ctx, @Nullable String guess) {
        if (!token.matches(guess)) {
            return false;
        }
        sessions.close(ctx.cookie(cookieName(ctx)));
        ctx.cookie(cookie(ctx, sessions.open(), Math.toIntExact(config.session().toSeconds())));
        return true;
    }

    void logout(Context ctx) {
        sessions.close(ctx.cookie(cookieName(ctx)));
        ctx.cookie(cookie(ctx, "", 0));
    }

    /** {@code /?token=…}: takes the token out of the address bar, and out of the way. */
    void loginByLink(Context ctx) {
        String guess = ctx.queryParam("token");
        if (guess != null) {
            ctx.redirect(login(ctx, guess) ? "/" : "/#wrong-token", HttpStatus.SEE_OTHER);
            ctx.skipRemainingHandlers();
        }
    }

    /** How the caller is named in the record of what operators did. */
    String who(Context ctx) {
        return "admin from " + ctx.ip() + (ctx.header("Authorization") == null ? " by the page" : " by token");
    }

    /** Cookies do not know ports: two nodes on one machine would log each other out if theirs had one name. */
    private static String cookieName(Context ctx) {
        return "tocsin_session_" + ctx.req().getServerPort();
    }

    private static Cookie cookie(Context ctx, String value, int maxAgeSeconds) {
        Cookie cookie = new Cookie(cookieName(ctx), value);
        cookie.setPath("/");
        cookie.setMaxAge(maxAgeSeconds);
        cookie.setHttpOnly(true);
        cookie.setSecure(ctx.req().isSecure());
        cookie.setSameSite(SameSite.STRICT);
        return cookie;
    }
}
