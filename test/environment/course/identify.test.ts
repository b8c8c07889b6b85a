import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeZip } from "../../src/dicom/make-zip.js";
import { readClassList } from "#environment/course/class-list.js";
import { collectCourse, listSubmitted } from "#environment/course/collect.js";
import { identifyLesson, identifyStudent } from "#environment/course/identify.js";
import { releaseCourse } from "#environment/course/release.js";
import { seedOfStudent, type Student } from "#environment/course/student.js";
import { formatTable } from "#environment/course/tables.js";

const root = path.resolve(__dirname, "../../../..");

describe("a course", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "course-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const readList = (text: string): Promise<Student[]> => {
    const file = path.join(folder, "class.csv");
    writeFileSync(file, text);
    return readClassList(file, 1);
  };

  describe("readClassList", () => {
    it("takes lists of Canvas, Moodle and ILIAS, and keeps their columns", async () => {
      const canvas = await readList(
        'Student,ID,SIS User ID,SIS Login ID,Section,Quiz (12)\n"    Points Possible",,,,,10\n"Lovelace, Ada",4711,m100,ada,A,\n"Student, Test",99,,,A,\n',
      );
      assert.deepEqual(
        canvas.map(({ id, name }) => [id, name]),
        [["4711", "Lovelace, Ada"]],
      );
      assert.equal(canvas[0].columns["SIS Login ID"], "ada");
      const moodle = await readList(
        "\ufeffVorname;Nachname;Matrikelnummer;E-Mail-Adresse\nÉmilie;du Châtelet;m7;emilie@x.org\n",
      );
      assert.deepEqual(
        moodle.map(({ id, name }) => [id, name]),
        [["m7", "Émilie du Châtelet"]],
      );
      const ilias = await readList(
        "update\tusr_id\tlogin\tlastname\tfirstname\n0\t12\tnoether\tNoether\tEmmy\n",
      );
      assert.deepEqual(
        ilias.map(({ id, name }) => [id, name]),
        [["noether", "Emmy Noether"]],
      );
    });

    it("gives each student a seed, and refuses what names nobody or somebody twice", async () => {
      const [a, b] = await readList("id,name\ns1,Ada\ns2,Ben\n");
      assert.notEqual(a.seed, b.seed);
      assert.equal(a.seed, seedOfStudent(1, "s1"));
      assert.notEqual(a.seed, seedOfStudent(2, "s1"));
      await assert.rejects(readList("id,name\ns1,Ada\nS1,Ben\n"), /of its own/);
      await assert.rejects(readList("id,name\n"), /no students/);
      await assert.rejects(readList("team,mark\nA,1\n"), /an id, a login or an email address/);
    });
  });

  it("knows whose a file is by what platforms make of names", async () => {
    const students = await readList(
      "id,canvas id,login,name,email\ns12,777,al,Ada Lovelace,ada.lovelace@x.org\ns1,778,en,Emmy Noether,emmy@x.org\ns3,779,ed,Émilie du Châtelet,e@x.org\n",
    );
    const whose = (...parts: string[]): string => {
      const found = identifyStudent(parts, "", students);
      return "reason" in found ? "nobody" : found.student.id;
    };
    for (const [parts, id] of [
      [["Ada Lovelace_12345_assignsubmission_file_", "01-one-scan.ipynb"], "s12"],
      [["Lovelace Ada_12345_assignsubmission_file_", "x.ipynb"], "s12"],
      [["lovelaceada_123_456_01-one-scan (1).ipynb"], "s12"],
      [["noetheremmy_LATE_778_456_01-one-scan-1.ipynb"], "s1"],
      [["Noether_Emmy_en_10023", "01-one-scan.ipynb"], "s1"],
      [["du Châtelet_Émilie_ed_9", "01.ipynb"], "s3"],
      [["duchateletemilie_5_6_01-one-scan.ipynb"], "s3"],
      [["s12", "01-one-scan.ipynb"], "s12"],
      [["s1-01-one-scan.ipynb"], "nobody"],
      [["s1_01-one-scan.ipynb"], "s1"],
      [["from ada.lovelace@x.org", "01-one-scan.ipynb"], "s12"],
      [["01-one-scan.ipynb"], "nobody"],
    ] as const)
      assert.equal(whose(...parts), id, parts.join("/"));
    assert.equal(whose("s12", "s1_x.ipynb"), "s1");
    const stamped = identifyStudent(["x.ipynb"], "s3", students);
    assert.ok(!("reason" in stamped) && stamped.student.id === "s3");
  });

  it("knows the lesson of a file by its metadata, its name, its exercises or its number", () => {
    const lessons = ["00-start-here", "01-one-scan", "03-per-organ-breakdown"];
    const none = { lesson: "", exercises: [] };
    const lessonOf = (id: string): string | undefined => (id === "mean-dice" ? lessons[2] : undefined);
    assert.equal(
      identifyLesson("final.ipynb", { ...none, lesson: "01-one-scan" }, lessons, lessonOf),
      lessons[1],
    );
    assert.equal(identifyLesson("a_1_2_01-one-scan (1).ipynb", none, lessons, lessonOf), lessons[1]);
    assert.equal(
      identifyLesson("x.ipynb", { lesson: "", exercises: ["mean-dice"] }, lessons, lessonOf),
      lessons[2],
    );
    assert.equal(identifyLesson("lovelaceada_12_05_03-final.ipynb", none, lessons, lessonOf), lessons[2]);
    assert.equal(identifyLesson("homework.ipynb", none, lessons, lessonOf), undefined);
  });

  describe("release and collect", function () {
    this.timeout(60_000);
    const make = async (): Promise<string> => {
      writeFileSync(path.join(folder, "class.csv"), "id,name\ns1,Ada Lovelace\ns2,Emmy Noether\n");
      const place = path.join(folder, "course");
      const classList = path.join(folder, "class.csv");
      const lessons = ["00", "01-one-scan"];
      await releaseCourse({
        root,
        folder: place,
        classList,
        course: "Test",
        lessons,
        seed: 1,
        solutions: false,
      });
      return place;
    };

    it("hand out lessons without outputs and links to solutions, and overwrite nothing", async () => {
      const place = await make();
      const text = readFileSync(path.join(place, "release", "s1", "00-start-here.ipynb"), "utf8");
      const { cells, metadata } = JSON.parse(text);
      assert.ok(cells.every(({ outputs = [] }) => outputs.length === 0));
      assert.doesNotMatch(text, /exercises\//);
      assert.match(text, /What you have learned/);
      assert.deepEqual(metadata.tumorlab, { lesson: "00-start-here", student: "s1" });
      const card = JSON.parse(readFileSync(path.join(place, "release", "s2", "course.json"), "utf8"));
      assert.deepEqual([card.student.id, card.seed, card.solutions], ["s2", seedOfStudent(1, "s2"), false]);
      await assert.rejects(make(), /Nothing is overwritten/);
    });

    it("take zip archives, keep earlier submissions, and list what has no place", async () => {
      const place = await make();
      const read = (id: string, lesson: string): Buffer =>
        readFileSync(path.join(place, "release", id, `${lesson}.ipynb`));
      const sent = path.join(folder, "sent");
      mkdirSync(sent);
      writeFileSync(
        path.join(sent, "all.zip"),
        makeZip([
          {
            name: "Ada Lovelace_1_assignsubmission_file_/00-start-here.ipynb",
            bytes: read("s1", "00-start-here"),
          },
          { name: "__MACOSX/._x.ipynb", bytes: Buffer.from("x") },
        ]),
      );
      const late = path.join(sent, "noetheremmy_LATE_1_2_01-one-scan-1.ipynb");
      writeFileSync(late, `${read("s2", "01-one-scan").toString()}\n`);
      const early = path.join(sent, "noetheremmy_1_2_01-one-scan.ipynb");
      writeFileSync(early, read("s2", "01-one-scan"));
      utimesSync(early, 1000, 1000);
      writeFileSync(
        path.join(sent, "copied_s1_01-one-scan.ipynb"),
        read("s2", "01-one-scan").toString().replace("\n", "\n "),
      );
      writeFileSync(path.join(sent, "essay.docx"), "x");
      writeFileSync(path.join(sent, "unknown.ipynb"), "{}");
      writeFileSync(path.join(sent, "broken.zip"), "PK\x03\x04 broken");
      const { placed, left, missing } = await collectCourse(place, [sent]);
      const notes = new Map(placed.map(({ from, note }) => [path.basename(from), note]));
      assert.equal(placed.length, 4);
      assert.match(notes.get(path.basename(late))!, /submission 2, which is taken from now on/);
      assert.match(notes.get("copied_s1_01-one-scan.ipynb")!, /handed out to s2/);
      assert.deepEqual(
        (await listSubmitted(place, "s2", "01-one-scan")).map((each) => path.basename(each)),
        ["01-one-scan.ipynb", "01-one-scan.2.ipynb"],
      );
      assert.deepEqual(left.map(({ from }) => path.basename(from)).sort(), [
        "broken.zip",
        "essay.docx",
        "unknown.ipynb",
      ]);
      assert.deepEqual(missing, [{ student: "s2", lessons: ["00-start-here"] }]);
      const bomb = makeZip([{ name: "s1/00-start-here.ipynb", bytes: Buffer.from("{}") }]);
      bomb.writeUInt32LE(2 ** 30, bomb.indexOf("PK\x01\x02") + 24);
      writeFileSync(path.join(folder, "bomb.zip"), bomb);
      const refused = await collectCourse(place, [path.join(folder, "bomb.zip")]);
      assert.match(refused.left[0].reason, /1073741824 bytes, more than is read/);
      await assert.rejects(collectCourse(place, [path.join(folder, "nowhere")]), /nothing there/);
      await assert.rejects(collectCourse(folder, [sent]), /tumorlab course release DIR makes one/);
    });
  });

  it("writes tables that spreadsheets take for text", () => {
    assert.equal(
      formatTable([["=1+1", "a,b", ' "x" ', -3, "-3", "-a"]]),
      `'=1+1,"a,b"," ""x"" ",-3,-3,'-a\r\n`,
    );
  });
});
