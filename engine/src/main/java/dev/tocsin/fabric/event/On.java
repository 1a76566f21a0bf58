package dev.tocsin.fabric.event;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that handles an event. Its parameters are the event's arguments, as {@link JavaValues} reads them; a last
 * parameter of type {@link dev.tocsin.fabric.Message} gets the message that brought it.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface On {
    /** The event's name; the method's if it is left out. It begins with the {@link Module} of the class, if it has one. */
    String value() default "";
}
