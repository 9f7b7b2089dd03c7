"""The shell: request, rules, security headers, forms, pages and errors. Knows Flask, knows no feature."""
