package dev.tocsin.rollout.replay;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Tells the time that a replay has come to: that of the newest event. Moved by one thread, read by any. */
final class EventClock extends Clock {
    private volatile long millis;

    EventClock(Instant start) {
        millis = start.toEpochMilli();
    }

    void advance(long to) {
        millis = Math.max(millis, to);
    }

    @Override
    public long millis() {
        return millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("event time is UTC");
    }
}
