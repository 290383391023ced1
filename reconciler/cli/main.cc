#include "reconciler/cli/run.h"

int main(int argc, char** argv) { return reconcile::cli::run(argc, argv); }
