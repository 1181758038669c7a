"""The machinery of a replication: files, claims, findings, figures and verification."""
