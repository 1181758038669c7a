"""Write the verdicts as tables: VERDICTS MARKDOWN HTML."""

import sys

from li_cai_sun_2015 import findings
from paper_replication.files import read_json, write_text

verdicts, markdown, html = sys.argv[1:]
write_text(findings.markdown(read_json(verdicts)), markdown)
write_text(findings.html(read_json(verdicts)), html)
