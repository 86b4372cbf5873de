//! Case tables, generators and small model builders for tests
