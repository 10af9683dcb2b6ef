"""What reviewers and an editor do with their programs."""

from tests.journeys.site import until

RULING = {"outcome": "accept", "rationale": "Both tracks recommend it."}


def report_of(member, track, recommendation="accept"):
    questions = member.read(f"checklists/{track}/")
    answers = {q["id"]: {"answer": "yes", "note": ""} for q in questions}
    text = f"I repeated it on my machine; the {track} is clear."
    return {"answers": answers, "text": text, "recommendation": recommendation, "signed": track == "code"}


def round_of(editor, version):
    def mine():
        return [r for r in editor.read("rounds/")["results"] if r["commit"] == version["source"]["commit"]]

    return until(mine, "a round of review")[0]


def invite(cast, round_id, member, track):
    return cast.edda.do(f"rounds/{round_id}/assignments/", {"handle": member.handle, "track": track})


def reviewed(cast, version):
    """Invited, agreed and reported in both tracks; the round's id."""
    round_id = round_of(cast.edda, version)["id"]
    for member, track in ((cast.cleo, "code"), (cast.sol, "science")):
        asked = invite(cast, round_id, member, track)
        member.do(f"assignments/{asked['id']}/agree/")
        member.do(f"assignments/{asked['id']}/report/", report_of(member, track))
    return round_id


def accepted(cast, round_id):
    return cast.edda.do(f"rounds/{round_id}/decide/", RULING)
