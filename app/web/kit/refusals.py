"""What each refusal of a rule says to the person it meets, and what to do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.rules.errors import Refused
from app.web.kit.forms import Form
from app.web.kit.i18n import _, lazy, show_date, show_datetime

WORDS: dict[str, Any] = {
    "order-incomplete": lazy("Give each line a place of its own, from first to last."),
    "answer-missing": lazy("Choose or write an answer first."),
    "response-malformed": lazy("This answer could not be read. Open the page again and answer once more."),
    "module-locked": lazy("This module opens when you have finished every lesson of the module before."),
    "checks-first": lazy("Answer the questions of this lesson first; right or wrong, each answer explains something."),
    "scene-elsewhere": lazy("This choice was already made, perhaps in another tab. Go on from where you are."),
    "not-in-course": lazy("This is not part of the course any more."),
    "note-long": lazy("Shorten your note: it would have %(length)s characters, and a note may have %(most)s."),
    "rescue-unreadable": lazy("This file cannot be read here. Make it again on the device, and bring it as it is."),
    "rescue-long": lazy("The file holds more than %(most)s answers. Send them from the device itself."),
    "rescue-nobody": lazy("There is nothing in this file of an officer for whom you may bring one."),
    "rescue-unproven": lazy(
        "This file does not show whose device made it. Its officer must sign in on the device once more and make it again, "
        "or upload it personally."
    ),
    "offline-shared": lazy("On a shared computer nothing is saved. Sign in on your own device to save a module."),
    "unknown-kind": lazy("This could not be recorded."),
    "attempt-passed": lazy("You have passed already: there is nothing to repeat."),
    "attempt-lessons-first": lazy("Finish every lesson of the module first."),
    "attempt-course-first": lazy("The exam opens when every lesson, simulation and quiz is done."),
    "attempt-no-attempts": lazy(
        "You have used all your attempts. Speak with the trainer or coordinator of your course."
    ),
    "attempt-plan": lazy(
        "Your last attempt opens when your trainer has recorded with you what to work on before it. Speak with your trainer."
    ),
    "attempt-wait": lazy("You can try again from %(until)s."),
    "attempt-compared": lazy("This test is taken once. Your answers are kept."),
    "attempt-too-late": lazy("You have begun the course: this test is for before it."),
    "attempt-too-early": lazy("This test opens when you have finished every lesson."),
    "attempt-paper": lazy("You have this exam on paper. Until its answers are entered, it cannot be sat here."),
    "copy-code": lazy("This is no code of a copy: it has eight letters and digits, such as 7KQ4-M2XD. Read it again."),
    "copy-graded": lazy("This copy has been graded already."),
    "copy-cancelled": lazy("This copy was cancelled: it cannot be entered any more."),
    "copy-disputed": lazy(
        "This copy has been entered twice already. Say what the sheet says where the entries differ."
    ),
    "copy-not-disputed": lazy("There is nothing to decide any more. Open the copy again."),
    "copy-undecided": lazy("Say for each question what the sheet says."),
    "copy-not-typed": lazy("Nobody has entered this copy yet."),
    "copy-same-person": lazy("You made the first entry: a second person confirms it."),
    "copy-changed": lazy("The first entry was corrected after you opened this page. Compare it once more."),
    "copy-day": lazy("Enter the date on the answer sheet: between the printing and today."),
    "copies-none": lazy("Choose at least one officer."),
    "copies-none-open": lazy("For none of these officers a copy can be made now."),
    "copies-many": lazy("Choose at most %(most)s officers at once."),
    "copies-choice": lazy("Choose one of the languages and paper sizes shown."),
    "copies-over": lazy("None of these copies is out any more: there is nothing to print."),
    "entry-malformed": lazy("This does not fit the question. Read the sheet again."),
    "attempt-closed": lazy("This attempt was already handed in. Your answers are as they were then."),
    "attempt-over": lazy("The time was over. Everything you had answered by then was handed in for you."),
    "person-erased": lazy("This person was erased: the account cannot be opened or changed any more."),
    "erasure-open": lazy("You have asked already. An administrator decides."),
    "erasure-long": lazy("Write it in at most %(most)s characters."),
    "erasure-typed": lazy("This is not the e-mail address of the person whom you are about to erase."),
    "erasure-certificates": lazy("The certificates are erased only when the person asked for it."),
    "erasure-own": lazy("Nobody erases themselves: another administrator does."),
    "erasure-duties": lazy("This person holds roles. Take them back first."),
    "erasure-revocation": lazy("Somebody asked to revoke a certificate of this person. Decide about that first."),
    "erasure-answer-missing": lazy("Write why: the person reads it."),
    "sharing-purpose": lazy("Choose what it is for."),
    "sharing-remarks": lazy("Write what it is for."),
    "sharing-recipient": lazy("Write who gets it."),
    "sharing-long": lazy("Write it in at most %(most)s characters."),
    "sharing-until": lazy("Enter a day from today on, within ten years."),
    "deadline-own": lazy("Nobody gives themselves a later day: somebody else does."),
    "institution-roles": lazy("Only administrators give roles: merge without them."),
    "joining-own": lazy("Nobody decides about their own seat: somebody else does."),
    "exam-own": lazy("Nobody decides about their own exam: somebody else does."),
    "appeal-late": lazy("The time for an appeal was over on %(until)s."),
    "appeal-there": lazy("You have appealed about this already. Read on the result's page how it stands."),
    "appeal-decision": lazy("Choose one of the decisions shown."),
    "ruling-needless": lazy("This answer counts as right already."),
    "ruling-own": lazy("You sat an exam with this question yourself and have not passed it: somebody else decides."),
    "plan-not-due": lazy("A remedial plan is recorded between the last attempt but one and the last one."),
    "accommodation-amount": lazy("Grant from 1 to %(percent)s percent, or from 1 to %(minutes)s minutes."),
    "reason-long": lazy("Shorten the reason: at most %(most)s characters."),
    "participation-early": lazy("A certificate of participation needs four of every five lessons."),
    "sign-in-wrong": lazy("The e-mail address or the password is not right. Check both and try again."),
    "code-wrong": lazy(
        "This code is not right. Look at the newest one in the app; the clock of the phone must be right too."
    ),
    "second-wrong": lazy(
        "This code is not right, or was used already. Wait for the next one of the app and enter that."
    ),
    "authenticator-there": lazy("An authenticator app is set up already. Remove it first."),
    "two-steps-off": lazy("There is no second step on this account."),
    "two-steps-own": lazy("Remove your own second step in your account, not here."),
    "two-steps-required": lazy("Your role asks for a second step. Add another one before you remove this."),
    "passkey-refused": lazy("This passkey was not accepted. Try again, or choose another way."),
    "passkey-there": lazy("This passkey is in use already."),
    "passkey-many": lazy("There may be at most %(most)s passkeys. Remove one that you do not use."),
    "passkey-name": lazy("Give the passkey a name of at most 60 characters."),
    "passkey-no-name": lazy("Passkeys need an address with a name. This platform is reached by a number."),
    "provider-down": lazy("The sign-in service of your institution does not answer. Try later, or use your password."),
    "provider-refused": lazy("This sign-in could not be checked. Begin it again here."),
    "provider-declined": lazy("The sign-in service did not let you through. Begin again, or use your password."),
    "provider-unknown": lazy(
        "Nobody with an account here is known by what the sign-in service says of you. Sign in with your password and "
        "connect your account, or ask your coordinator."
    ),
    "provider-taken": lazy("That account of the sign-in service is connected with somebody else here."),
    "provider-there": lazy("Your account is connected already. Disconnect it first."),
    "provider-only": lazy("Choose a password first: without the service you could not sign in."),
    "password-wrong": lazy("This is not your current password."),
    "password-short": lazy("Choose a password of at least 10 characters. Several words together are easy to remember."),
    "password-long": lazy("Choose a password of at most 128 characters."),
    "password-known": lazy(
        "This password is on every list of guessed passwords. Choose several words that do not belong together."
    ),
    "password-own": lazy(
        "This password is made of your own name, address, number or service, or of the name of this platform. Add words that "
        "have nothing to do with them."
    ),
    "language-unknown": lazy("Choose English or Spanish."),
    "zone-unknown": lazy("Choose a time zone of the list."),
    "roster-date": lazy("Enter a date that exists."),
    "roster-dates-crossed": lazy("The first day is after the last. Change one of them."),
    "roster-as-of-future": lazy("This day is not over yet. Choose an earlier one, or leave the field empty."),
    "roster-as-of-early": lazy("What things were like on that day was not kept yet. Choose a later one."),
    "roster-long-for-paper": lazy(
        "A PDF to be signed holds at most %(most)s rows. Filter the roster, or take it as Excel or CSV."
    ),
    "roster-file-large": lazy("The file is too large: at most %(most)s MB are checked here."),
    "roster-keys-missing": lazy("This platform has no signing keys yet, so its rosters carry no seal."),
    "roster-too-long": lazy("An Excel sheet holds at most %(most)s rows. Filter the roster, or take it as CSV."),
    "table-empty": lazy("The file is empty."),
    "table-large": lazy("The file is too large: at most %(most)s MB. Split the list into several files."),
    "table-long": lazy("The file has more than %(most)s rows. Split the list into several files."),
    "table-old": lazy("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password."),
    "table-unreadable": lazy("The file could not be read. Save it again as .xlsx or as CSV (UTF-8)."),
    "list-empty": lazy("There are no people in the list."),
    "list-no-name": lazy("No column is called “Name”. One of the first rows must name the columns."),
    "list-no-email": lazy(
        "No column is called “E-mail” or “Service number”. One of the first rows must name the columns."
    ),
    "list-twice": lazy("Two columns say the same; “%(heading)s” is the second. Take one of them away."),
    "list-email-twice": lazy("This e-mail address stands in row %(row)s too. Take one of the rows away."),
    "list-email-missing": lazy("Nobody on record is meant by this row. For a new account, enter an e-mail address."),
    "list-name-several": lazy("Several people on record have this name. Enter the e-mail address or service number."),
    "list-person-twice": lazy("The same person stands in row %(row)s too. Take one of the rows away."),
    "list-number-twice": lazy("This service number stands in row %(row)s too. Correct one of them."),
    "list-number-taken": lazy("This is the service number of another person on record. Correct it, or leave it empty."),
    "list-status-unknown": lazy("For the account write active or suspended, or leave it empty."),
    "list-course-unknown": lazy("No course is called that. Write the title as it stands on the platform."),
    "list-cohort-unknown": lazy(
        "None of your cohorts is called that. Write the name as it stands in the list of cohorts."
    ),
    "list-duties": lazy(
        "This person does more here than learn, so a list does not change the account. Use the page of the person."
    ),
    "list-open": lazy("Some rows have problems or wait for your decision. Nothing was done."),
    "list-nothing": lazy("Everything is on record already: there is nothing to carry out."),
    "list-over": lazy("This list is carried out already, or somebody is at it. Look at the page again."),
    "list-not-done": lazy("This list can not, or no longer, be undone."),
    "list-changed": lazy(
        "Something has changed since you saw this list, so nothing was done. Look at it again, then carry it out."
    ),
    "list-not-yours": lazy(
        "Who asked for this may no longer do it for all the institutions of the list. Nothing was done."
    ),
    "list-broke": lazy(
        "This could not be done, because something went wrong on the server. Nothing was changed. Try again."
    ),
    "list-no-links": lazy("Everybody whom this list created has accepted their invitation."),
    "list-institution-unknown": lazy(
        "None of your institutions is called that. Write the name as it stands in the list of institutions."
    ),
    "list-institution-several": lazy(
        "Several of your institutions are called that. Write the full name of the one you mean."
    ),
    "person-name-missing": lazy("Enter the name."),
    "person-email-wrong": lazy("Enter an e-mail address such as name@example.org."),
    "person-long": lazy("This is too long: at most %(most)s characters."),
    "person-unprintable": lazy(
        "This letter cannot be printed on a certificate: %(letter)s. Write the name without it."
    ),
    "person-national-id": lazy(
        "This looks like a national identity number, which the platform does not keep. Write the service number, or leave it "
        "empty."
    ),
    "person-sex-unknown": lazy("For sex write F, M or X, or leave it empty."),
    "person-known": lazy(
        "This address has an account in your institutions already. Look for the person in the list of people."
    ),
    "person-elsewhere": lazy(
        "This address has an account in another institution. Ask an administrator to move the person to yours."
    ),
    "person-accepted": lazy(
        "The invitation was accepted already. For a new password, the person uses “I have forgotten my password”."
    ),
    "person-disabled": lazy("This account is closed. Open it again first."),
    "person-duties": lazy("This person does more here than learn. Only administrators change the account."),
    "person-self": lazy("You cannot close your own account."),
    "enrolment-course-missing": lazy("Choose a course or a cohort."),
    "enrolment-completed": lazy("The course is completed: it stays on record."),
    "cohort-name-missing": lazy("Give the cohort a name."),
    "cohort-long": lazy("This is too long: at most %(most)s characters."),
    "cohort-dates-crossed": lazy("The last day is before the first. Change one of them."),
    "cohort-trainer": lazy("One of these trainers may not teach this course. Choose others, or ask an administrator."),
    "cohort-seats": lazy("Enter a number of seats from 1 to %(most)s, or leave it empty."),
    "cohort-seats-taken": lazy("%(taken)s officers are in the cohort: it cannot have fewer seats."),
    "cohort-entry-dates": lazy("Applications would end before they begin. Change one of the days."),
    "cohort-full": lazy("The cohort has %(free)s free seats. Choose fewer officers, or give it more seats."),
    "guest-host": lazy(
        "This institution runs the cohort, or stands above the one that does: its officers are put in directly."
    ),
    "guest-quota-number": lazy("Enter a quota from 1 to 5000, or leave it empty."),
    "guest-quota": lazy(
        "The quota of %(institution)s leaves %(left)s seats. Choose fewer officers, or ask the host for more."
    ),
    "guest-in-line": lazy("Officers of this institution wait for an answer or a seat. Decide about them first."),
    "joining-closed": lazy("Applications for this cohort are not open today."),
    "joining-inside": lazy("You are in this cohort already."),
    "joining-completed": lazy("You have completed this course already."),
    "joining-reason": lazy("Write the reason: the officers read it."),
    "deadline-outside": lazy("A deadline lies within the cohort: from %(first)s to %(last)s."),
    "deadline-earlier": lazy("The new day must not be before the cohort's own."),
    "deadline-far": lazy("An extension ends at most a year after the cohort."),
    "deadline-reason": lazy("Write the reason for the later day."),
    "reminder-day": lazy("Choose a day from today to the end of the cohort, %(last)s."),
    "message-missing": lazy("Write a subject and a text, in Spanish or in English."),
    "message-half": lazy("A subject and a text belong together: in this language one of them is missing."),
    "message-long": lazy("This is too long: at most %(most)s characters."),
    "announcement-nobody": lazy("Nobody in the cohort is behind today, so nobody would read it."),
    "announcement-withdrawn": lazy("This announcement was withdrawn: write a new one."),
    "cohort-other-course": lazy("This cohort is of another course."),
    "cohort-course-fixed": lazy(
        "Officers are in this cohort already, so its course cannot change. Plan another cohort."
    ),
    "cohort-not-empty": lazy("Officers are or were in this cohort, so it stays on record."),
    "cohort-nobody": lazy("Tick at least one officer."),
    "correction-needless": lazy("The certificate already states the name and rank as they stand in the record."),
    "certificate-over": lazy("This certificate is revoked or replaced already."),
    "reason-missing": lazy("Write the reason."),
    "institution-name": lazy("Write a name of letters or digits, with at most %(longest)s characters."),
    "institution-letter": lazy("The name holds a letter that no certificate can print: %(letter)s."),
    "institution-country": lazy("Choose the country."),
    "institution-kind": lazy(
        "The kinds go from state to service, region and post: each belongs to an earlier one, and only a state or a "
        "service can stand at the top."
    ),
    "key-name": lazy("Write which program will use the key, in at most 80 characters."),
    "key-days": lazy("Choose for how long the key is valid."),
    "institution-language": lazy("Choose the language that the name is in."),
    "institution-above": lazy(
        "This institution is the top of your branch. Ask whoever coordinates above you, or an administrator, to change it."
    ),
    "institution-ring": lazy("An institution cannot go below itself, or become a part of what stands below it."),
    "institution-other-country": lazy("An institution stays in its country. Choose a place in the same one."),
    "institution-closed": lazy("This institution is closed. Choose one that is open, or have it opened again."),
    "institution-over": lazy("This institution is closed already."),
    "institution-has-people": lazy(
        "Active accounts are still here: %(number)s. Move them to another institution or close them first; or merge the "
        "institution into another, and all of them go there."
    ),
    "institution-has-cohorts": lazy(
        "A cohort here is not over. Give it to another institution first, or wait for its last day."
    ),
    "institution-has-institutions": lazy("Open institutions stand below it. Move or close them first."),
    "institution-deep": lazy("The tree has become too deep. Add it further up."),
    "institution-known": lazy(
        "There is already an institution of this name in this place. Give one of the two another name first."
    ),
    "role-unknown": lazy("Choose a role."),
    "role-institution": lazy("Choose the institution that this person coordinates."),
    "role-course": lazy("Choose the course that this person trains."),
    "role-last-administrator": lazy(
        "This is the last person who can sign in and administer the platform. Give the role to somebody else first."
    ),
    "upload-refused": lazy("Nothing was taken from this upload. %(reason)s"),
    "upload-empty": lazy("Choose a zip or at least one file."),
    "upload-kind": lazy("“%(name)s” is no file of a course: use zip, Markdown, course.yaml, pictures, sound or PDF."),
    "upload-folder-missing": lazy("Choose the folder that “%(name)s” belongs to; its name does not say it."),
    "upload-other-course": lazy("The course.yaml in this upload is of another course: “%(id)s”."),
    "upload-over-changes": lazy(
        "This would overwrite changes in the draft that are not published (%(count)s, the first in %(path)s). "
        "Download the draft to keep them, then tick the box and upload again."
    ),
    "import-empty": lazy("The file is empty."),
    "import-large": lazy("The file is too large: at most %(most)s MB. Divide it, or send a zip."),
    "import-prefix": lazy(
        "Begin the ids with small letters, digits and single hyphens, such as human-rights: at most %(most)s characters."
    ),
    "import-goal": lazy("Choose where the questions go."),
    "import-lesson-missing": lazy(
        "The lesson is not written in this language yet: %(path)s is missing. Write it first, or choose another place."
    ),
    "import-course-unreadable": lazy(
        "The course.yaml of the draft cannot be read. Mend it, then open this page again."
    ),
    "course-file-unreadable": lazy("The course.yaml of the draft cannot be read. Mend it, then open this page again."),
    "course-file-unwritable": lazy(
        "The list “modules” in course.yaml is written in a way that only a person should change. Change it there."
    ),
    "page-unwritable": lazy("The first lines of %(path)s are written in a way that only a person should change."),
    "title-missing": lazy("Write the title in each language."),
    "title-long": lazy("Shorten the title: at most %(most)s characters."),
    "id-malformed": lazy("An id has small letters, digits and single hyphens, such as first-steps."),
    "id-reserved": lazy("“%(id)s” stands in the platform's own addresses. Choose another id."),
    "id-taken": lazy("There is “%(id)s” in this course already. Choose another id."),
    "page-exists": lazy("There is such a page already: %(path)s."),
    "name-malformed": lazy("A name of a file or folder has small letters, digits and single hyphens."),
    "name-taken": lazy("Two files would be called “%(path)s”. Choose another name."),
    "module-page-first": lazy(
        "Write the page of this module first: it keeps the id when the folder gets another name."
    ),
    "place-unknown": lazy("Choose one of the places shown."),
    "arrange-changed": lazy(
        "Somebody changed these pages after you opened this form. What you entered is still here: look, and save again."
    ),
    "import-nothing": lazy("Tick at least one question."),
    "import-changed": lazy(
        "The draft changed after you opened this page. Look again at what would be done; nothing was put in."
    ),
    "page-changed": lazy("Somebody saved this page while you were writing. Your text is still here, below theirs."),
    "working-elsewhere": lazy(
        "You write this page in another window too, or wrote it on another day (kept on %(at)s). What you type here is not "
        "kept: save it in the draft, or open the page again and choose."
    ),
    "working-long": lazy("The text is too long to be kept: a page may have %(limit)s kB. Divide it into two."),
    "working-many": lazy("You have %(most)s texts that are not saved in this course. Save or throw some away."),
    "insert-kind": lazy("A page of this kind cannot hold that. Choose something else."),
    "insert-line": lazy("Write the number of a line, or leave it empty for the end of the text."),
    "insert-scenario-there": lazy("This page has its simulation already. Put scenes into it."),
    "insert-scenario-first": lazy("There is no simulation on this page yet. Put one in first, then its scenes."),
    "picture-alt": lazy("Write in a few words what the picture shows, in English and in Spanish."),
    "picture-alt-long": lazy("Say what the picture shows in at most %(most)s characters; tell the rest in the text."),
    "picture-missing": lazy("Choose a picture."),
    "picture-kind": lazy("This is no picture that a page can show: use PNG, JPEG, WebP, GIF or SVG."),
    "picture-heavy": lazy("The picture is too large: at most %(limit)s MB. Make it smaller first."),
    "picture-huge": lazy("The picture has too many points (%(width)s × %(height)s). Make it smaller first."),
    "picture-broken": lazy(
        "The picture could not be read. Open it in another program, save it again and try once more."
    ),
    "picture-active": lazy("This drawing is not taken. %(reason)s"),
    "draft-only": lazy("This course was never published: without its draft nothing would be left."),
    "draft-changed": lazy("The draft changed after you opened this page. Read again what would be published."),
    "treatment-unknown": lazy(
        "What you chose for earlier answers does not fit the draft any more. Read again what would be published."
    ),
    "course-has-errors": lazy("Mend the errors first: there are %(count)s."),
    "course-id-changed": lazy(
        "The id in course.yaml is not that of this course any more. It stands in addresses for ever: put it back."
    ),
    "course-id-reserved": lazy("“%(id)s” stands in the platform's own addresses. Choose another id in course.yaml."),
    "course-exists": lazy(
        "There is a course with the id “%(id)s” already. Upload into that one, or choose another id in course.yaml."
    ),
    "course-unreadable": lazy("There is no course.yaml in this zip that can be read, or it gives no id."),
    "nothing-to-publish": lazy("The draft says the same as the published edition: there is nothing to publish."),
    "practice-own": lazy("Nobody signs their own sheet: another trainer does."),
    "practice-incomplete": lazy("Say for each criterion whether the officer met it."),
    "practice-absent": lazy("The attendance says that this officer was not there that day: nothing was signed."),
    "practice-unmarked": lazy("Mark the officer as present first; then sign the sheet."),
    "practice-future": lazy("This date is still to come. A sheet is signed after the practice."),
    "practice-place": lazy("Enter the place where you practised."),
    "practice-long": lazy("Shorten the place or the remarks."),
    "day-hours": lazy("The day ends before it begins. Change one of the hours."),
    "day-hour-none": lazy("Clocks are put forward that day and leap over this hour. Enter another."),
    "day-date": lazy("Enter a date from two months ago to two years ahead."),
    "day-place": lazy("Enter the place."),
    "day-long": lazy("This is too long: at most %(most)s characters."),
    "day-sheets": lazy("Tick at least one of the practical sheets shown."),
    "day-trainer": lazy("One of these trainers does not teach this cohort. Tick only trainers shown."),
    "day-most": lazy("Enter a number from 1 to %(most)s, or leave it empty."),
    "day-nobody": lazy("Tick who is expected, or choose everybody of the cohort."),
    "day-officer": lazy("Somebody ticked is no longer in the cohort. Look at the list again."),
    "day-many": lazy(
        "There is room for %(most)s officers and %(count)s are expected. Choose fewer, or plan another day for the others."
    ),
    "day-cancelled": lazy("This practice day was cancelled."),
    "day-closed": lazy("The attendance of this day is signed: the day stays as it is."),
    "day-over": lazy("This day is over: it cannot be cancelled any more."),
    "attendance-early": lazy("Attendance is marked on the day itself, and signed when it has begun."),
    "attendance-state": lazy("Choose one of the marks shown."),
    "attendance-remark": lazy("Shorten the remark: at most %(most)s characters."),
    "attendance-reason": lazy("The attendance is signed: write why it is corrected."),
    "attendance-open": lazy("Before you sign, mark everybody: %(count)s on the list have no mark."),
    "survey-early": lazy("The survey opens when you have completed the course, or when your cohort has ended."),
    "survey-over": lazy("The survey of this course is closed."),
    "survey-answered": lazy("You have answered already. Thank you."),
    "survey-empty": lazy("Answer at least one question with a choice."),
    "survey-malformed": lazy("This could not be read. Choose your answers again."),
    "survey-long": lazy("Shorten the text: at most %(most)s characters."),
    "renewal-nothing": lazy("There is no certificate to renew: this officer holds none that expires."),
    "renewal-early": lazy("This day is not after the completion of the course, or the last refresher. Check the date."),
    "renewal-hours": lazy("A refresher takes at least %(least)s hours. Enter how many it took."),
    "renewal-covered": lazy("Write what was gone through."),
    "revocation-asked": lazy("Somebody asked to revoke this certificate already. An administrator decides."),
    "revocation-not-asked": lazy("Nobody is asking to revoke this certificate any more."),
    "revocation-own": lazy("You asked to revoke it, so another administrator decides."),
    "certificate-keys-missing": lazy(
        "The platform has no keys to sign certificates with. Ask its administrator to set them up; nothing is lost."
    ),
    "certificate-letter-not-printable": lazy(
        "The name holds a letter that cannot be printed: %(letter)s. Ask your coordinator to correct the name."
    ),
}


def _shown(value: Any) -> Any:
    if hasattr(value, "tzinfo"):
        return show_datetime(value)
    return show_date(value) if isinstance(value, dt.date) else value


def words(error: Refused) -> str:
    """The message of *error* in the reader's language, filled with its values."""
    text = WORDS.get(error.code)
    if text is None:
        return _("This cannot be done.")
    values = {key: _shown(value) for key, value in error.values.items()}
    return str(text) % values if values else str(text)


def put(form: Form, no: Refused, fields: Mapping[str, str] | None = None, other: str = "") -> Form:
    """*form* with the words of *no* beside the field that it names, or above the form.

    A refusal that names none stands beside the one that *fields* gives for its code, else beside *other*.
    """
    name = no.values.get("field") or (fields or {}).get(no.code, other)
    if name in form:
        form[name].errors = [*form[name].errors, words(no)]
    else:
        form.form_errors.append(words(no))
    return form
