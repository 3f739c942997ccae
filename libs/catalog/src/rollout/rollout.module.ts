import { Module } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { RolloutPlanner } from './rollout-planner.service.js';
import { Rollout } from './rollout.service.js';

/** The rollout by itself, for who needs nothing else of the catalog: the switch must turn also where no product type can be wired. Expects MikroORM's root module. */
@Module({ providers: [CatalogDatabase, Rollout, RolloutPlanner], exports: [Rollout, RolloutPlanner] })
export class RolloutModule {}
