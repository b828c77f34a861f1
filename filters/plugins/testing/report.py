"""Pass and fail lines."""


class Report:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, name, actual, expected):
        if actual == expected:
            self.passed += 1
            print(f"pass  {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL  {name}\n        expected {expected!r}\n        but was  {actual!r}", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0
