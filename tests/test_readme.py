"""README's example of judging another system is run as it stands, on a few cases."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_plain_langchain_chain_can_be_judged_by_the_example(tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (example,) = (block for block in blocks if "def ask(" in block)
    cases = (ROOT / "evalsets" / "seeds.jsonl").read_text("utf-8").splitlines()
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(cases[:12]) + "\n", encoding="utf-8")
    monkeypatch.chdir(ROOT)
    exec(example.replace("evalsets/seeds.jsonl", str(few)), {})
    value = float(re.search(r"value=([\d.]+)", capsys.readouterr().out).group(1))
    assert 0 < value <= 1
