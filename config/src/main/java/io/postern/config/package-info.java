/**
 * Reading a configuration: {@link io.postern.config.ConfigFile} goes from a file to {@code
 * config.model} or to a list of everything that is wrong.
 */
@NullMarked
package io.postern.config;

import org.jspecify.annotations.NullMarked;
