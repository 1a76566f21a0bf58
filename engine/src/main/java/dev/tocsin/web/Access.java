package dev.tocsin.web;

import io.javalin.security.RouteRole;

/** What a route asks of its caller. A route that says nothing asks for the token. */
enum Access implements RouteRole {
    OPEN,
    TOKEN
}
