//! What runs containers: Docker, or a scriptable fake.
