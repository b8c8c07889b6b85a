import { tumorOrgans } from "tumorlab/internal/anatomy/organs";
import { growInside } from "./grow-inside.js";

describe("phantom tumors of all organs", function () {
  this.timeout(240_000);

  for (const organ of tumorOrgans.filter((each) => each !== "kidney" && each !== "esophagus"))
    it(`grow inside the ${organ}`, () => growInside(organ));
});
