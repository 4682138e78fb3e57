/*
 * kmaplab lesson run: a lesson worked through in plain lines, or played by itself.
 */
#ifndef KMAPLAB_FRONT_RUN_CLI_H
#define KMAPLAB_FRONT_RUN_CLI_H

/** Runs `run` with its words: argv[0] is "run". Returns the program's exit status. */
int run_main(int argc, char **argv);

#endif
