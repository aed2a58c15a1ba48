//! Git: the hosted repository, its hooks, and the sources that follow other repositories.
